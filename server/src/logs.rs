//! Where the log goes: stderr, as text for people or as JSON lines for machines.

use crate::config::{Log, LogFormat};
use crate::failure::Failure;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging. Statements of the database driver and parts of the page library are quiet unless asked for.
pub fn start(log: &Log) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(format!("sqlx=warn,hyper=warn,h2=warn,rustls=warn,{}", log.level)).map_err(|error| {
        Failure::Usage(format!("“{}” is not a log level: {error}. Use error, warn, info, debug or trace.", log.level))
    })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Text => builder.with_target(false).with_ansi(std::io::stderr().is_terminal()).finish().try_init(),
        LogFormat::Json => builder.json().flatten_event(true).finish().try_init(),
    };
    started.map_err(|error| Failure::doing("start the log", error))
}
