//! `vestibule serve`: start, run, and stop without leaving anybody in the middle of something.

use crate::assemble;
use crate::config::{BaseUrl, Settings};
use crate::failure::Failure;
use crate::http;
use crate::key;
use engine::Clock;
use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;

/// Requests that still run when the server is asked to stop get this long; service managers wait 90 seconds.
const STOP_SECONDS: u64 = 20;

/// Why there is no demo in a database that is used.
const REAL_PEOPLE: &str = "With --demo everybody who reaches the server can sign in as anybody, and this database has people who are \
                           not of the demo company. Leave --demo out, or name another folder with --data for the demo.";

/// Runs until SIGTERM or SIGINT.
pub async fn serve(settings: Settings) -> Result<(), Failure> {
    // Before anything else, so that a stop that is asked for while starting is not lost.
    let mut signals = Signals::watch()?;
    // The port first: a second server by mistake must not touch the database of the first.
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| cannot_listen(settings.listen, &error))?;
    let address = listener.local_addr().map_err(|error| Failure::doing("learn the own address", error))?;
    let base_url = settings.base_url.clone().unwrap_or_else(|| BaseUrl::of(address));
    let db = assemble::database(&settings).await?;
    let keys = key::keys(&settings, &db).await?;
    let engine = assemble::engine_with(&settings, db.clone(), Some(&base_url), Clock::system(), keys)?;
    let fault = |doing: &'static str| move |fault: engine::Fault| Failure::doing(doing, fault);
    engine.seal_anew().await.map_err(fault("seal the secrets with the first key"))?;
    if settings.demo {
        if engine.has_real_people().await.map_err(fault("look who is in the database"))? {
            return Err(Failure::Usage(REAL_PEOPLE.to_owned()));
        }
        engine.make_demo().await.map_err(fault("make the demo company"))?;
    }
    let site = assemble::site(&settings, db.clone(), engine.clone(), base_url.clone())?;
    let stop = site.listeners.stop.clone();
    let router = http::router(site);

    let workers = engine.run(stop.child_token());
    announce(&settings, address, &base_url);
    if !settings.demo
        && let Some(token) = engine.setup_token().await.map_err(fault("make the set-up link"))?
    {
        tracing::info!(
            "There is no administrator yet. Create the first one, with this link, which works once: {base_url}/setup?token={}",
            token.0
        );
    }

    let answering = {
        let stop = stop.clone();
        let asked = async move { stop.cancelled().await };
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(asked).await })
    };
    signals.next().await;
    tokio::spawn(async move {
        // Whoever asks twice does not want to wait.
        signals.next().await;
        std::process::exit(1);
    });
    tracing::info!("Stopping: no new requests; what runs gets up to {STOP_SECONDS} seconds");
    stop.cancel();
    within("Some requests did not end in time and were given up", answering).await;
    within("Some work in the background did not end in time; it is done at the next start", workers).await;
    db.close().await;
    tracing::info!("Stopped");
    Ok(())
}

/// Says where the server is, and loudly what makes it unsafe.
fn announce(settings: &Settings, address: SocketAddr, base_url: &BaseUrl) {
    if settings.test_hooks {
        tracing::warn!(
            "TEST HOOKS ARE ON: everybody on this machine can move the clock and read all letters. Never use this with real data."
        );
    }
    if settings.demo {
        tracing::warn!("This is a demo: everybody who reaches it can sign in as anybody.");
    }
    if !base_url.is_https() && !address.ip().is_loopback() {
        tracing::warn!(
            "Others reach this server and its base URL is not https: passwords travel in the clear unless a proxy adds TLS. Set base_url."
        );
    }
    if let Some(why) = assemble::hides_visitors(settings, base_url) {
        tracing::warn!("{why}");
    }
    if !assemble::sends(settings) {
        tracing::info!("Letters are not sent but kept in {}", assemble::mail_folder(settings).display());
    }
    tracing::info!("Vestibule listens on http://{address} and is reached as {base_url}");
}

fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> Failure {
    Failure::Failed(match error.kind() {
        ErrorKind::AddrInUse => {
            format!(
                "Something already listens on {address}, perhaps another Vestibule. Stop it, or choose another port with --listen."
            )
        }
        ErrorKind::PermissionDenied => {
            format!("This user may not listen on {address}. Choose a port above 1023 with --listen.")
        }
        ErrorKind::AddrNotAvailable => {
            format!("This machine does not have the address {}. Choose another one with --listen.", address.ip())
        }
        _ => format!("Listening on {address} does not work: {error}."),
    })
}

/// SIGTERM and SIGINT; elsewhere than on Unix, Ctrl-C.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn watch() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let cannot = |error: std::io::Error| Failure::doing("watch for signals", error);
        let terminate = signal(SignalKind::terminate()).map_err(cannot)?;
        let interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
        Ok(Self { terminate, interrupt })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn watch() -> Result<Self, Failure> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

/// Waits for something that is ending anyway, but not for ever.
async fn within<T>(late: &str, ending: impl Future<Output = T>) {
    if tokio::time::timeout(Duration::from_secs(STOP_SECONDS), ending).await.is_err() {
        tracing::warn!("{late}");
    }
}
