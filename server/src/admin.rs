//! `vestibule admin create`: the first Global Administrator, from the console.

use crate::assemble;
use crate::config::Settings;
use crate::failure::Failure;
use clap::Args;
use engine::{FirstAdministrator, Problem};
use model::command::Secret;
use std::io::{IsTerminal, Read, stdin};
use std::path::PathBuf;

/// Who it is.
#[derive(Args, Clone, Debug)]
pub struct NewAdministrator {
    /// What they type to sign in
    #[arg(long)]
    pub user_name: String,
    /// How pages and letters call them
    #[arg(long)]
    pub display_name: String,
    /// Where letters to them go
    #[arg(long, default_value = "")]
    pub mail: String,
    /// A file with the password; without it the password is read from stdin
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

/// Creates them. There is no default password.
pub async fn create(settings: &Settings, new: NewAdministrator) -> Result<(), Failure> {
    let NewAdministrator { user_name, display_name, mail, password_file } = new;
    let password = password(password_file)?;
    let db = assemble::database(settings).await?;
    let engine = assemble::engine(settings, db.clone())?;
    let first = FirstAdministrator { token: None, user_name: user_name.clone(), display_name, mail, password };
    let created = engine.create_first_administrator(first).await;
    db.close().await;
    match created {
        Ok(_) => {
            println!("“{user_name}” was created and is a Global Administrator.");
            Ok(())
        }
        Err(Problem::Refused(refusal)) => Err(Failure::Failed(refusal.sentence())),
        Err(Problem::Broken(fault)) => Err(Failure::doing("create the administrator", fault)),
    }
}

/// Reads the password: everything up to the end of the first line.
fn password(file: Option<PathBuf>) -> Result<Secret, Failure> {
    let text = match file {
        Some(path) => std::fs::read_to_string(&path)
            .map_err(|error| Failure::Usage(format!("The password file {} cannot be read: {error}.", path.display())))?,
        None => {
            let mut text = String::new();
            let read = if stdin().is_terminal() {
                eprintln!("Type the password and press Enter. It is shown while you type.");
                stdin().read_line(&mut text)
            } else {
                stdin().read_to_string(&mut text)
            };
            read.map_err(|error| Failure::Usage(format!("The password cannot be read from stdin: {error}.")))?;
            text
        }
    };
    let password = text.lines().next().unwrap_or_default();
    if password.is_empty() {
        return Err(Failure::Usage("The password is empty. Write it to stdin, or name a file with --password-file.".to_owned()));
    }
    Ok(Secret(password.to_owned()))
}
