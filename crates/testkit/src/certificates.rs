//! Certificates for servers of tests.

use std::process::Command;
use tempfile::TempDir;

/// A root certificate, and one for a server that it signed.
#[derive(Debug)]
pub struct Certificates {
    home: TempDir,
    pub root: Vec<u8>,
}

impl Certificates {
    /// For this machine, by its name and its address.
    pub fn make() -> Self {
        Self::of("DNS:localhost,IP:127.0.0.1")
    }

    /// For these names.
    pub fn of(names: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let run = |arguments: &str| {
            let output = Command::new("openssl").args(arguments.split(' ')).current_dir(home.path()).output();
            let output = output.expect("The TLS tests make their certificates with the `openssl` command, which is not there.");
            assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
        };
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 2";
        run(&format!("req -x509 {key} -keyout root.key -out root.pem -subj /CN=Root -addext basicConstraints=critical,CA:TRUE"));
        run(&format!(
            "req -x509 {key} -keyout leaf.key -out leaf.pem -subj /CN=localhost -CA root.pem -CAkey root.key \
             -addext subjectAltName={names} -addext basicConstraints=critical,CA:FALSE"
        ));
        let root = std::fs::read(home.path().join("root.pem")).unwrap();
        Self { home, root }
    }

    /// Where a file is: `root.pem`, `leaf.pem` or `leaf.key`.
    pub fn path(&self, name: &str) -> String {
        self.home.path().join(name).to_str().unwrap().to_owned()
    }
}
