//! Set-up, build, run, test: everything that is done with this repository starts as `cargo xtask …`.
//!
//! It needs rustup, git and a C compiler and fetches the rest itself, from package registries only, because some
//! networks let nothing else through.

mod build;
mod child;
mod debian;
mod leash;
mod postgres;
mod run;
mod say;
mod setup;
mod site;
mod spdx;
mod test;
mod tidy;
mod toolchain;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

const HELP: &str = "\
cargo xtask run [--release] [-- …]  set up, build and serve a demo company; what follows -- goes to the server
cargo xtask dev [-- …]              the same, rebuilt and restarted at every change
cargo xtask test [part…] [-- …]     every check, or some: fmt, tidy, lint, rust, browser, or a package such as rules
cargo xtask dist                    one file: dist/vestibule, with pages and styles inside
cargo xtask setup                   fetch everything that run and test need, and nothing else
cargo xtask bench [-- …]            measure the release build on PostgreSQL";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let task = words.next().unwrap_or_default();
    let words: Vec<String> = words.collect();
    match perform(&task, &words) {
        Ok(code) => code,
        Err(reason) => {
            eprintln!("\n✗ {reason}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: &str, words: &[String]) -> Result<ExitCode, String> {
    let (own, passed_on) = match words.iter().position(|word| word == "--") {
        Some(at) => (words.get(..at).unwrap_or_default(), words.get(at + 1..).unwrap_or_default()),
        None => (words, <&[String]>::default()),
    };
    match task {
        "run" => {
            let release = only_flag(own, "--release")?;
            run::run(&Workspace::open()?, release, passed_on)
        }
        "dev" => {
            no_words(own)?;
            run::develop(&Workspace::open()?, passed_on)
        }
        "test" => test::test(own, passed_on),
        "dist" => {
            no_words(own)?;
            build::dist(&Workspace::open()?)?;
            Ok(ExitCode::SUCCESS)
        }
        "setup" => {
            no_words(own)?;
            setup::everything(&Workspace::open()?)?;
            Ok(ExitCode::SUCCESS)
        }
        "bench" => {
            no_words(own)?;
            test::bench(&Workspace::open()?, passed_on)
        }
        "" | "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(format!("there is no task `{other}`.\n\n{HELP}")),
    }
}

fn only_flag(words: &[String], flag: &str) -> Result<bool, String> {
    match words {
        [] => Ok(false),
        [word] if word == flag => Ok(true),
        _ => Err(format!("only {flag} is understood here; arguments for the program go behind `--`.")),
    }
}

fn no_words(words: &[String]) -> Result<(), String> {
    match words.first() {
        None => Ok(()),
        Some(word) => Err(format!("`{word}` is not understood here; arguments for the program go behind `--`.")),
    }
}
