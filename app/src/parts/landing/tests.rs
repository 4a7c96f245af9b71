//! What a page knows when it begins.

use super::Known;
use crate::calls::asking::Prepared;
use crate::door::{Caller, Door, Flash, Later, Problem};
use leptos::prelude::{Owner, provide_context};
use model::command::{Command, Done};
use model::query::{Answer, Query};
use model::view::Persona;
use model::view::frame::Frame;
use model::{Ts, UserId};
use std::sync::Arc;

fn left() -> Flash {
    Flash { form: "save_mail".to_owned(), fields: vec![("port".to_owned(), "smtp".to_owned())], ..Flash::default() }
}

fn frame() -> Frame {
    let me = Persona { id: UserId::default(), name: "Morgan".to_owned(), under: String::new() };
    Frame {
        me,
        user_name: "morgan".to_owned(),
        now: Ts(1),
        approvals: 0,
        reviews: 0,
        has_reports: false,
        sees_users: false,
        sees_groups: false,
        sees_roles: false,
        alerts: 0,
        sees_catalogs: false,
        sees_reviews: false,
        sees_requests: false,
        sees_settings: true,
        sees_audit: false,
        demo_mail: false,
    }
}

/// Somebody whose form was refused on the page before.
struct Refused;

impl Door for Refused {
    fn submit(&self, command: Command) -> Later<'_, Result<Done, Problem>> {
        unreachable!("a page changes nothing: {command:?}")
    }

    fn ask(&self, _: Query) -> Later<'_, Result<Answer, Problem>> {
        Box::pin(async { Ok(Answer::Frame(frame())) })
    }

    fn put_flash(&self, _: Flash) -> Later<'_, ()> {
        Box::pin(async {})
    }

    fn flash(&self) -> Later<'_, Option<Flash>> {
        Box::pin(async { Some(left()) })
    }

    fn forget_flash(&self) -> Later<'_, ()> {
        Box::pin(async {})
    }
}

#[tokio::test]
async fn a_page_knows_what_the_one_before_left_before_any_part_of_it_is_made() {
    let prepared = Prepared::default();
    prepared.read_frame(Some(&Caller(Arc::new(Refused)))).await;
    let known = Owner::new().with(|| {
        provide_context(prepared);
        Known::at_first()
    });
    assert_eq!((known.now, known.flash), (Some(Ts(1)), Some(left())));
}
