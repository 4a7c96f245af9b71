//! Everything this crate promises, from outside.
//!
//! `cfg(test)` is always so here; it tells clippy that helpers may unwrap as tests do.

#[cfg(test)]
mod folder;
#[cfg(test)]
mod given;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod languages;
#[cfg(test)]
mod ldap;
#[cfg(test)]
mod letters;
#[cfg(test)]
mod outgoing;
mod role_letters;
#[cfg(test)]
mod scim;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod slow;
#[cfg(test)]
mod smtp;
