//! The key that seals secrets: made once, compared at every start.

use super::command_line::{command, ends, run, start};
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;

const SERVE: [&str; 5] = ["serve", "--listen", "127.0.0.1:0", "--data", "data"];

#[test]
fn the_first_start_makes_a_key_for_its_user_alone_and_without_it_nothing_starts() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data/vestibule.key");
    ends(&run(folder.path(), &["migrate", "--data", "data"]), 0, "up to date");
    assert!(!path.exists(), "what needs no key makes none");
    ends(&run(folder.path(), &["check", "--data", "data"]), 1, "is made at data/vestibule.key when the server starts");
    let first = start(folder.path(), &[]);
    assert!(first.early.contains("Keep a copy apart from that of the database"), "{}", first.early);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&path).unwrap();
    let key = text.lines().find(|line| !line.starts_with('#')).unwrap().to_owned();
    assert!(!(first.early.clone() + &first.stop()).contains(&key), "it stands in no log");
    let second = start(folder.path(), &[]);
    assert!(!second.early.contains("was made"));
    second.stop();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    ends(&run(folder.path(), &["check", "--data", "data"]), 1, "good   The key in data/vestibule.key opens the secrets");

    std::fs::rename(&path, folder.path().join("kept")).unwrap();
    let gone = "There is no key at data/vestibule.key, and the secrets in the database are sealed with one.";
    ends(&run(folder.path(), &SERVE), 1, gone);
    ends(&run(folder.path(), &["check", "--data", "data"]), 1, gone);
    assert!(!path.exists(), "no other one is made");
    ends(&run(folder.path(), &["audit", "verify", "--data", "data"]), 0, "Anchor");
    for (wrong, code, said) in [
        ("not a key", 2, "data/vestibule.key cannot be used. Line 1 is no key"),
        ("# nothing", 2, "There is no key in it."),
        ("AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=", 1, "is not the one that the secrets in the database are sealed with"),
    ] {
        std::fs::write(&path, wrong).unwrap();
        let output = run(folder.path(), &SERVE);
        ends(&output, code, said);
        assert!(!String::from_utf8_lossy(&output.stderr).contains("AgICAgI"), "the key itself is not said");
    }
    std::fs::remove_file(&path).unwrap();
    let named = |file: &str| command(folder.path()).args(SERVE).env("VESTIBULE_SECRETS_KEY_FILE", file).output().unwrap();
    ends(&named("absent"), 1, "There is no key at absent");
    let both =
        command(folder.path()).args(SERVE).env("VESTIBULE_SECRETS_KEY_FILE", "kept").env("VESTIBULE_SECRETS_KEY", "x").output();
    ends(&both.unwrap(), 2, "Both secrets.key and secrets.key_file are set");
}

#[test]
fn a_new_key_in_front_of_the_old_one_replaces_it() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("data/vestibule.key");
    start(folder.path(), &[]).stop();
    let old = std::fs::read_to_string(&path).unwrap();
    let new = "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";
    std::fs::write(&path, format!("{new}\n{old}")).unwrap();
    start(folder.path(), &[]).stop();
    std::fs::write(&path, new).unwrap();
    start(folder.path(), &[]).stop();
    std::fs::write(&path, old).unwrap();
    ends(&run(folder.path(), &SERVE), 1, "is not the one that the secrets in the database are sealed with");
}

#[test]
fn a_list_of_allowed_hosts_that_does_not_read_is_said() {
    let folder = TempDir::new().unwrap();
    let allowing = |list: &str| command(folder.path()).args(SERVE).env("VESTIBULE_OUTGOING_ALLOW", list).output().unwrap();
    ends(&allowing("id.example.com,10.0.0.0/99"), 2, "“10.0.0.0/99” is neither the name of a host nor a network");
    let absent = command(folder.path()).args(SERVE).env("VESTIBULE_OUTGOING_ROOT_CERTIFICATES", "absent.pem").output();
    ends(&absent.unwrap(), 2, "The file with root certificates, absent.pem, cannot be read");
}
