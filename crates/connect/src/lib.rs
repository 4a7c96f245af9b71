//! What leaves the house: letters and the ways they are carried.
//!
//! [`letter`] turns a notice of the model into a subject, a text and an HTML page; the words are template
//! files in `letters/`, named after `Notice::name()`. [`mail`] carries them, over SMTP or into a folder.
//! Nothing here decides whether, to whom or when something is said, and nothing here retries: a
//! [`mail::SendFault`] tells the outbox worker whether another try can help.

pub mod letter;
pub mod mail;

pub use letter::{Recipient, RenderFault, Rendered, Site, render};
pub use mail::{
    Folder, Kept, Mail, Outgoing, ReadFault, Secret, SendFault, SettingsFault, SmtpSecurity, SmtpSettings, message_id,
};
