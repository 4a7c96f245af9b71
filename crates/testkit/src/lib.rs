//! What tests share: databases on both engines, and a company to tell stories about. People are objects with verbs,
//! the clock stands still until it is moved, letters are kept, and mail and database can be told to fail.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test kit: what fails here is a failed test"
)]

mod assigning;
mod certificates;
pub mod databases;
mod directory;
mod letters;
mod mail_server;
mod offers;
mod person;
mod proving;
mod receiver;
mod says;
pub mod slapd;
mod slow;
pub mod target;
mod team;
mod whole;
mod world;

pub use certificates::Certificates;
pub use databases::TestDb;
pub use mail_server::{MailServer, mail_server_with_tls};
pub use offers::{Holder, Offer, Staged, manager, stage};
pub use person::{Form, Person, refused};
pub use proving::App;
pub use receiver::{Heard, Receiver};
pub use says::SaysPeer;
pub use slapd::Slapd;
pub use slow::{Slow, SlowPeer};
pub use world::{BASE_URL, BEGINNING, World};
