//! The server: joins the engine, the pages and the outside world, and speaks HTTP.
//!
//! `cli` reads the command line, `config` the settings, `assemble` puts the parts together, `serve` runs them.
//! Everything that a browser reaches is in `http`.

pub mod admin;
pub mod assemble;
pub mod check;
pub mod cli;
pub mod config;
pub mod failure;
pub mod http;
pub mod key;
mod logs;
pub mod serve;

pub use cli::run;
