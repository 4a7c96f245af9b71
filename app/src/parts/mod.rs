//! The component kit: plain HTML with the classes of `style/parts.css`. Parts know no page.
//!
//! One file a part, named as its block in the style sheet. Ids of elements are derived from given names and
//! never counted or random, so that server and browser agree about them.

pub mod among;
pub mod awaited;
pub mod badge;
pub mod button;
pub mod card;
pub mod choice;
pub mod countdown;
pub mod dialog;
pub mod empty;
pub mod event;
pub mod facts;
pub mod field;
pub mod form;
pub mod icon;
pub mod instant;
pub mod keys;
pub mod landing;
pub mod listing;
#[cfg(feature = "hydrate")]
pub mod live;
pub mod loaded;
pub mod menu;
pub mod message;
pub mod page_header;
#[cfg(feature = "ssr")]
pub mod passkey;
pub mod path;
pub mod people;
pub mod persona;
pub mod picker;
pub mod plan;
pub mod progress;
pub mod question;
pub mod reviewed;
pub mod select;
pub mod sentence;
pub mod shell;
pub mod skeleton;
pub mod span;
pub mod steps;
pub mod tabs;
pub mod timeline;
pub mod toast;
pub mod unfinished;
pub mod verification;
pub mod when;
pub mod why;

/// Everything a page needs, in one line.
pub mod prelude {
    pub use super::among::Among;
    pub use super::awaited::{Shows, awaited};
    pub use super::badge::{KindBadge, StateBadge};
    pub use super::button::{FormActs, SubmitButton};
    pub use super::card::{Card, Line};
    pub use super::choice::{CheckBox, CheckGroup, RadioGroup};
    pub use super::countdown::{Due, TimeLeft};
    pub use super::dialog::{DialogButton, DialogForm};
    pub use super::empty::Empty;
    pub use super::event::{Changes, Details, Spoken};
    pub use super::facts::Facts;
    pub use super::field::{Hidden, Pick, Seen, TextArea, TextField, TicketFields};
    pub use super::form::{AskForm, FormState, PlainForm, PostForm};
    pub use super::icon::{Icon, IconBox};
    pub use super::instant::InstantField;
    pub use super::landing::{Landing, PageResource, page_resource, use_landing};
    pub use super::listing::{FilterPick, Listing, NameCell, Pager, SearchTools, Tools, address, query_after, query_value};
    pub use super::loaded::{Gate, Landed, Loaded};
    pub use super::message::{MessageBar, RefusedBar};
    pub use super::page_header::{Page, PageHeader};
    pub use super::path::PathLine;
    pub use super::people::{NamesPicker, PeoplePicker};
    pub use super::persona::{Face, GroupFace, Person, Team};
    pub use super::picker::{PersonPicker, PersonSearch};
    pub use super::plan::Plan;
    pub use super::progress::Progress;
    pub use super::question::QuestionField;
    pub use super::select::{SelectAll, SelectRow, Selected, Selection};
    pub use super::sentence::Sentence;
    pub use super::span::{number_and_unit, span_units};
    pub use super::steps::{StepLink, Steps};
    pub use super::tabs::{Tab, Tabs};
    pub use super::timeline::Timeline;
    pub use super::unfinished::UnfinishedBar;
    pub use super::verification::Verification;
    pub use super::when::When;
    pub use super::why::{AccessRow, Because, Ends, MomentBar, MomentForm, Why};
    /// For the `PATH` of a form's call.
    pub use leptos::server_fn::ServerFn;
}
