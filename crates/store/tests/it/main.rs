//! What the store promises, on both engines.
//!
//! `cfg(test)` is always so here; it tells clippy that helpers may unwrap as tests do.

#[cfg(test)]
mod answering;
#[cfg(test)]
mod applications;
#[cfg(test)]
mod assignments;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod edges;
#[cfg(test)]
mod effective_property;
#[cfg(test)]
mod events;
#[cfg(test)]
mod everything;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod given;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod holders;
#[cfg(test)]
mod imports;
#[cfg(test)]
mod inbox;
#[cfg(test)]
mod inbox_property;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod packages;
#[cfg(test)]
mod past;
#[cfg(test)]
mod planner;
#[cfg(test)]
mod planner_world;
#[cfg(test)]
mod privileged;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod providers;
#[cfg(test)]
mod provisioned;
#[cfg(test)]
mod requests;
#[cfg(test)]
mod review_asked;
#[cfg(test)]
mod review_campaigns;
#[cfg(test)]
mod review_later;
mod review_leavers;
#[cfg(test)]
mod reviews;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod search;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod targets;
#[cfg(test)]
mod users;
#[cfg(test)]
mod webhooks;
