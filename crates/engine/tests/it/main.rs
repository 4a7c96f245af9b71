//! Stories about the engine, each on SQLite and on PostgreSQL, on a clock that stands still until it is moved.

mod asking;
mod audit;
mod cost;
mod crash;
mod deciding;
mod directory;
mod ending;
mod given;
mod hidden;
mod letters;
mod main_job;
mod matrix;
mod paging;
mod routing;
mod servers;
mod sessions;
mod setup;
mod waiting;
