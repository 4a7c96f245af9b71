//! A program of others asks the server whether it speaks SCIM, over a socket as it would be asked in the world.

use super::scim::Provider;
use super::support::{reached_as, server_with_morgan};
use std::path::{Path, PathBuf};

/// The program beside a Python that has it.
fn tester() -> PathBuf {
    let usual = || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache/vestibule/python/bin/python");
    let python = std::env::var_os("VESTIBULE_TEST_PYTHON").map_or_else(usual, PathBuf::from);
    let tester = python.with_file_name("scim2");
    assert!(
        tester.is_file(),
        "This test needs scim2-cli, and {} is not there. `cargo xtask setup` installs it, or name another Python in \
         VESTIBULE_TEST_PYTHON.",
        tester.display()
    );
    tester
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_check_of_scim2_tester_passes() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = server_with_morgan(reached_as(&address)).await;
    let provider = Provider::of(&server, "scim", "Tester").await;
    let router = server.router.clone();
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let output = tokio::process::Command::new(tester())
        .args(["--url", &format!("{address}/scim/v2"), "test", "--verbose"])
        .env("SCIM_CLI_HEADERS", format!("Authorization: Bearer {}", provider.token))
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(std::time::Duration::from_secs(300), output).await.expect("it takes seconds").unwrap();
    serving.abort();
    let said = String::from_utf8_lossy(&output.stdout);
    let passed = said.lines().filter(|line| line.starts_with("SUCCESS")).count();
    let others: Vec<&str> = said
        .lines()
        .filter(|line| {
            ["COMPLIANT", "ACCEPTABLE", "DEVIATION", "ERROR", "CRITICAL", "SKIPPED"].iter().any(|word| line.starts_with(word))
        })
        .collect();
    assert!(output.status.success() && others.is_empty(), "{others:?}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(passed > 60, "only {passed} checks were made:\n{said}");
}
