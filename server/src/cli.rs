//! The command line: what is asked for, and how it ends.

use crate::admin::{self, NewAdministrator};
use crate::config::{self, Deployment, Serving, Settings};
use crate::failure::Failure;
use crate::{assemble, check, logs, serve};
use clap::{Parser, Subcommand};
use engine::audit::Anchor;
use engine::evidence::{Claim, EvidenceFault};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Self-hosted access governance: request, approve, hold for a while, review.
#[derive(Parser, Debug)]
#[command(name = "vestibule", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Ask,
}

#[derive(Subcommand, Debug)]
enum Ask {
    /// Run the server; brings the database up to date first
    #[command(after_long_help = config::template())]
    Serve {
        #[command(flatten)]
        deployment: Deployment,
        #[command(flatten)]
        serving: Serving,
    },
    /// Bring the database up to date and stop
    Migrate {
        #[command(flatten)]
        deployment: Deployment,
    },
    /// Look whether this deployment works, and say what does not
    Check {
        #[command(flatten)]
        deployment: Deployment,
    },
    /// Administrators
    #[command(subcommand)]
    Admin(Admin),
    /// The history
    #[command(subcommand)]
    Audit(Audit),
}

#[derive(Subcommand, Debug)]
enum Admin {
    /// Create the first Global Administrator; the password is read from stdin or a file
    Create {
        #[command(flatten)]
        deployment: Deployment,
        #[command(flatten)]
        new: NewAdministrator,
    },
}

#[derive(Subcommand, Debug)]
enum Audit {
    /// Check that no event was altered or removed
    Verify {
        #[command(flatten)]
        deployment: Deployment,
        /// Check as well that the chain still holds what an earlier check printed as its anchor
        #[arg(long, value_name = "LENGTH:SEAL")]
        anchor: Option<Anchor>,
        /// Check as well that this evidence of a finished review is what was sealed
        #[arg(long, value_name = "FILE")]
        evidence: Option<PathBuf>,
    },
}

/// Runs the program: reads the command line, does what it says, and says how that ended.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return end(&Failure::doing("start", error)),
    };
    let outcome = runtime.block_on(obey(cli.command));
    // What hangs in a blocking thread must not keep a stopped server alive.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => end(&failure),
    }
}

fn end(failure: &Failure) -> ExitCode {
    eprintln!("vestibule: {failure}");
    failure.code()
}

async fn obey(command: Ask) -> Result<(), Failure> {
    match command {
        Ask::Serve { deployment, serving } => {
            let settings = prepare(&deployment, &serving)?;
            serve::serve(settings).await
        }
        Ask::Migrate { deployment } => {
            let settings = prepare(&deployment, &Serving::default())?;
            let db = assemble::database(&settings).await?;
            println!("The {} database is up to date.", db.engine());
            db.close().await;
            Ok(())
        }
        Ask::Check { deployment } => {
            let settings = prepare(&deployment, &Serving::default())?;
            check::check(&settings).await
        }
        Ask::Admin(Admin::Create { deployment, new }) => {
            let settings = prepare(&deployment, &Serving::default())?;
            admin::create(&settings, new).await
        }
        Ask::Audit(Audit::Verify { deployment, anchor, evidence }) => {
            let settings = prepare(&deployment, &Serving::default())?;
            verify(&settings, anchor, evidence).await
        }
    }
}

/// Reads the settings and starts the log.
fn prepare(deployment: &Deployment, serving: &Serving) -> Result<Settings, Failure> {
    let settings = config::load(deployment, serving)?;
    logs::start(&settings.log)?;
    for warning in &settings.warnings {
        tracing::warn!("{warning}");
    }
    Ok(settings)
}

async fn verify(settings: &Settings, anchor: Option<Anchor>, evidence: Option<PathBuf>) -> Result<(), Failure> {
    let claim = evidence.map(|file| claim(&file)).transpose()?;
    let db = assemble::existing_database(settings).await?;
    let engine = assemble::engine(settings, db.clone())?;
    let checked = engine.verify_audit_with(anchor.as_ref(), claim.as_ref()).await;
    let (report, sealed) = checked.map_err(|fault| Failure::doing("verify the history", fault))?;
    // Whoever may only read the database may check it all the same.
    if let Err(fault) = engine.keep_audit_report(&report).await {
        tracing::warn!("the page of the audit log does not know of this check: {fault}");
    }
    db.close().await;
    if !report.is_sound() {
        return Err(Failure::Failed(report.to_string()));
    }
    println!("{report}");
    println!("Anchor: {}", report.anchor);
    match (claim, sealed) {
        (None, _) => Ok(()),
        (Some(Claim { name, seal }), Some((place, at))) => {
            println!(
                "The evidence of “{name}” is sound: its {} rows are as event number {place} sealed them on {}.",
                seal.rows,
                at.iso(),
            );
            Ok(())
        }
        (Some(Claim { name, .. }), None) => Err(Failure::Failed(format!(
            "The history does not know this evidence of “{name}”: it was made elsewhere, or altered together with its seal. Download \
             it again from the review."
        ))),
    }
}

/// Reads a file of evidence.
fn claim(file: &Path) -> Result<Claim, Failure> {
    let named = |fault: EvidenceFault| Failure::Failed(format!("{}: {fault}", file.display()));
    let opened = std::fs::File::open(file).map_err(|error| named(EvidenceFault::Unreadable(error.to_string())))?;
    engine::evidence::read(std::io::BufReader::new(opened)).map_err(named)
}
