//! Something to clean up when this program ends, in whatever way it ends.
//!
//! A shell in a process group of its own waits on a pipe. When we end the pipe closes, be it by returning, by a panic,
//! by Ctrl-C or by `kill -9`, and the shell does what it was given. No signal handler is needed.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

/// Dropping it cleans up, and waits until that is done.
#[derive(Debug)]
pub struct Leash {
    shell: Child,
}

impl Leash {
    /// `script` is what the shell does at the end; `$1`, `$2` … are `arguments`.
    pub fn new(script: &str, arguments: &[&str]) -> Result<Self, String> {
        let shell = Command::new("sh")
            .args(["-c", &format!("if read -r word; then exit 0; fi; {script}"), "sh"])
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C goes to the whole group in front, and this shell has to outlive it.
            .process_group(0)
            .spawn()
            .map_err(|error| format!("`sh` cannot be started: {error}."))?;
        Ok(Self { shell })
    }

    /// There is nothing left to clean up.
    pub fn release(mut self) {
        if let Some(pipe) = self.shell.stdin.as_mut() {
            // A shell that is gone needs no word.
            pipe.write_all(b"released\n").unwrap_or_default();
        }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // It ends by itself; there is nobody to tell if it cannot be waited for.
        self.shell.wait().ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(name: &str) -> String {
        std::env::temp_dir().join(format!("vestibule-leash-{name}-{}", std::process::id())).to_string_lossy().into_owned()
    }

    #[test]
    fn dropping_the_leash_cleans_up() {
        let file = marker("dropped");
        std::fs::write(&file, "").unwrap();
        drop(Leash::new("rm -f \"$1\"", &[&file]).unwrap());
        assert!(!std::fs::exists(&file).unwrap());
    }

    #[test]
    fn a_released_leash_leaves_everything_as_it_is() {
        let file = marker("released");
        std::fs::write(&file, "").unwrap();
        Leash::new("rm -f \"$1\"", &[&file]).unwrap().release();
        assert!(std::fs::exists(&file).unwrap());
        std::fs::remove_file(&file).unwrap();
    }
}
