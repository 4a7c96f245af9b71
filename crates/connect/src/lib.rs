//! What leaves the house: letters and the ways they are carried, and what is asked of other servers.
//!
//! [`letter`] turns a notice of the model into a subject, a text and an HTML page, in the language of the site: each
//! language has a folder of words, and two templates in `letters/` lay out every letter. [`mail`] carries them, over SMTP
//! or into a folder. Nothing here decides whether, to whom or when something is said, and nothing here retries: a
//! [`mail::SendFault`] tells the outbox worker whether another try can help.
//!
//! [`outgoing`] is the one way to ask other servers, [`provider`] asks identity providers over it, and [`ldap`] directories.

pub mod ldap;
pub mod letter;
pub mod mail;
pub mod outgoing;
pub mod provider;
pub mod scim;
pub mod target;

pub use letter::{Recipient, RenderFault, Rendered, Site, render};
pub use mail::{
    Folder, Kept, Mail, Outgoing, ReadFault, Secret, SendFault, SettingsFault, SmtpSecurity, SmtpSettings, message_id,
};
