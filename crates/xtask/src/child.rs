//! Other programs: run in silence, shown in full when they fail.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a program printed, on both outputs in the order in which it printed it.
#[derive(Debug)]
pub struct Ran {
    pub succeeded: bool,
    pub output: String,
}

/// Runs a program to its end without showing what it prints.
pub fn run(mut command: Command) -> Result<Ran, String> {
    let name = name(&command);
    let cannot = |error: std::io::Error| format!("`{name}` cannot be started: {error}.");
    let (mut reader, writer) = std::io::pipe().map_err(cannot)?;
    command.stdin(Stdio::null()).stdout(writer.try_clone().map_err(cannot)?).stderr(writer);
    let mut child = command.spawn().map_err(cannot)?;
    // The command holds writing ends of the pipe: while it lives, reading would not come to an end.
    drop(command);
    let mut output = Vec::new();
    reader.read_to_end(&mut output).map_err(cannot)?;
    let status = child.wait().map_err(cannot)?;
    Ok(Ran { succeeded: status.success(), output: String::from_utf8_lossy(&output).into_owned() })
}

/// Runs a program that has to succeed; otherwise what it printed is the reason.
pub fn must(command: Command) -> Result<String, String> {
    let words = words(&command);
    let ran = run(command)?;
    if ran.succeeded { Ok(ran.output) } else { Err(format!("{}\n`{words}` failed.", ran.output.trim_end())) }
}

/// What a program says about itself or the system on its standard output; nothing when it fails or does not exist.
pub fn ask(mut command: Command) -> Option<String> {
    let answer = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    answer.status.success().then(|| String::from_utf8_lossy(&answer.stdout).trim().to_owned())
}

/// A command with its arguments, in one expression.
pub fn command<A: AsRef<OsStr>>(program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Where the search path has this program.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

/// The command that does the same with the rights of root, or how the person can do it.
pub fn as_root(program: &str, arguments: &[&str]) -> Result<Command, String> {
    if is_root() {
        return Ok(command(program, arguments));
    }
    let line = format!("{program} {}", arguments.join(" "));
    let may = child_succeeds(command("sudo", ["-n", "true"]));
    if !may {
        return Err(format!("this step needs root: run `sudo {line}`, then try again."));
    }
    let mut sudo = command("sudo", ["-n", program]);
    sudo.args(arguments);
    Ok(sudo)
}

pub fn is_root() -> bool {
    ask(command("id", ["-u"])).as_deref() == Some("0")
}

fn child_succeeds(mut command: Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The command as a person would type it.
fn words(command: &Command) -> String {
    let mut line = name(command);
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

fn name(command: &Command) -> String {
    Path::new(command.get_program()).file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_shows_what_it_printed() {
        let reason = must(command("sh", ["-c", "echo out; echo oops >&2; exit 3"])).unwrap_err();
        assert!(reason.starts_with("out\noops\n"), "{reason}");
    }

    #[test]
    fn a_program_that_does_not_exist_is_named() {
        let reason = run(Command::new("no-such-program-here")).unwrap_err();
        assert!(reason.contains("no-such-program-here"), "{reason}");
    }
}
