//! `cargo xtask bench`: what the product costs, as rates and as ratios within one run. Not a test: nothing here fails
//! because a machine is slow. Every line says what was measured and how much of it. The word `postgres` beside the names of
//! parts takes what they measure in a database to PostgreSQL.

mod activations;
mod delivery;
mod entitlements;
mod http;
mod pages;
mod place;
mod privileged;
mod process;
mod reviews;
mod scale;
mod statements;
mod waiting;
mod workflows;

use std::process::ExitCode;

/// Whatever goes wrong ends the run and is said.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

#[tokio::main]
async fn main() -> ExitCode {
    let mut only: Vec<String> = std::env::args().skip(1).collect();
    let postgres = only.iter().any(|word| word == "postgres");
    only.retain(|word| word != "postgres");
    let wanted = |part: &str| only.is_empty() || only.iter().any(|word| word == part);
    let mut failed = false;
    let mut note = |what: &str, outcome: Outcome<()>| {
        if let Err(error) = outcome {
            eprintln!("{what}: {error}");
            failed = true;
        }
    };
    if wanted("workflows") {
        note("workflows", workflows::measure().await);
    }
    if wanted("pages") {
        note("pages", pages::measure().await);
    }
    if wanted("entitlements") {
        note("entitlements", entitlements::measure(postgres).await);
    }
    if wanted("activations") {
        note("activations", activations::measure(postgres).await);
        note("activations", privileged::measure(postgres).await);
    }
    if wanted("reviews") {
        note("reviews", reviews::measure(postgres).await);
    }
    if wanted("delivery") {
        note("delivery", delivery::measure(postgres).await);
    }
    if wanted("process") {
        note("process", process::measure().await);
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// `1 234.5`
fn rate(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds.max(1e-9)
}

/// The value below which `share` of the sorted values lie.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = ((sorted.len() as f64 - 1.0) * share).round().max(0.0) as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}
