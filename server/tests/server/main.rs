//! Tests of the server from the outside: requests to its router, calls of its binary, texts of its configuration.
//!
//! Nothing here waits for time to pass; clocks stand still until they are moved.

#[cfg(test)]
mod answering;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod configuration;
#[cfg(test)]
mod deciding_many;
#[cfg(test)]
mod download;
#[cfg(test)]
mod download_audit;
#[cfg(test)]
mod files;
#[cfg(test)]
mod forgery;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod hooks;
#[cfg(test)]
mod hostile_forms;
#[cfg(test)]
mod key;
#[cfg(test)]
mod languages;
#[cfg(test)]
mod live;
#[cfg(test)]
mod locked_out;
#[cfg(test)]
mod on_the_way;
#[cfg(test)]
mod peer;
#[cfg(test)]
mod provider;
#[cfg(test)]
mod provider_settings;
#[cfg(test)]
mod rim;
#[cfg(test)]
mod scim;
mod scim_guests;
#[cfg(test)]
mod scim_tester;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod sign_out;
#[cfg(test)]
mod step_up;
#[cfg(test)]
mod strangers;
#[cfg(test)]
mod support;
#[cfg(test)]
mod two_providers;
#[cfg(test)]
mod verification;
