//! Puts the parts together: database, letters, engine, router.

use crate::config::{BaseUrl, Mail as MailSettings, Settings};
use crate::failure::Failure;
use crate::http::{Files, Parts, Site, demo};
use connect::outgoing::{Allowed, Client};
use connect::{Folder, Mail, Secret, SmtpSettings};
use engine::mail::MailSetup;
use engine::secrets::Keys;
use engine::{Clock, Engine, Outside};
use model::mail::MailServer;
use model::view::mail::FixedMail;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::{Db, Location, SchemaState};

/// A mail server that needs longer for one letter is as good as down; the letter is tried again.
const MAIL_SECONDS: u64 = 30;

/// What is wrong when a proxy hands everybody's requests on and is not known to: all visitors seem to come from one address.
pub fn hides_visitors(settings: &Settings, base_url: &BaseUrl) -> Option<&'static str> {
    let behind_proxy = base_url.is_https() && settings.listen.ip().is_loopback();
    (behind_proxy && !settings.trusted_proxy).then_some(
        "People reach this server over https through a proxy on this machine, and http.trusted_proxy is not set: all of them seem to \
         come from one address, so that one who guesses passwords keeps everybody waiting. Set it, or start with --trusted-proxy, \
         if the proxy sets X-Forwarded-For.",
    )
}

/// Where the data is.
pub fn location(settings: &Settings) -> Location {
    match &settings.database.0 {
        Some(url) => Location::Postgres(url.clone()),
        None => Location::Sqlite(settings.data.join("vestibule.sqlite")),
    }
}

/// Where letters are kept when there is no mail server.
pub fn mail_folder(settings: &Settings) -> PathBuf {
    settings.data.join("mail")
}

/// Opens the database and brings it up to date.
pub async fn database(settings: &Settings) -> Result<Db, Failure> {
    let db = open(settings).await?;
    // A fault is a short phrase and gets a sentence around it; a newer schema is a sentence already.
    db.migrate().await.map_err(|problem| match problem {
        newer @ store::MigrateProblem::NewerSchema { .. } => Failure::Failed(newer.to_string()),
        store::MigrateProblem::Fault(fault) => Failure::doing("bring the database up to date", fault),
    })?;
    Ok(db)
}

/// Opens the database as it is, and refuses one that this program does not fit.
pub async fn existing_database(settings: &Settings) -> Result<Db, Failure> {
    if let Location::Sqlite(path) = location(settings)
        && !path.exists()
    {
        return Err(Failure::Failed(format!(
            "There is no database at {}. Check --data, or run “vestibule migrate” to make one.",
            path.display()
        )));
    }
    let db = open(settings).await?;
    match db.schema().await.map_err(|fault| Failure::doing("look at the database", fault))? {
        SchemaState::Current => Ok(db),
        other => Err(Failure::Failed(schema_problem(other))),
    }
}

/// What is wrong with a database that is not current.
pub fn schema_problem(state: SchemaState) -> String {
    match state {
        SchemaState::Current => "The database is up to date.".to_owned(),
        SchemaState::Empty => "The database is empty. Run “vestibule migrate”, or start the server.".to_owned(),
        SchemaState::Behind { found, known } => {
            format!(
                "The database has schema {found} and this program needs schema {known}. Run “vestibule migrate”, or start the server."
            )
        }
        SchemaState::Newer { found, known } => store::MigrateProblem::NewerSchema { found, known }.to_string(),
    }
}

async fn open(settings: &Settings) -> Result<Db, Failure> {
    let location = location(settings);
    if let Location::Sqlite(_) = &location {
        std::fs::create_dir_all(&settings.data).map_err(|error| {
            Failure::Failed(format!(
                "The data folder {} cannot be made: {error}. Choose another one with --data, or change its rights.",
                settings.data.display()
            ))
        })?;
        if let Err(error) = try_to_write(&settings.data) {
            return Err(Failure::Failed(format!(
                "The data folder {} cannot be written: {error}. Choose another one with --data, or change its rights.",
                settings.data.display()
            )));
        }
    }
    Db::open(&location).await.map_err(|fault| match location {
        Location::Sqlite(path) => Failure::doing(format_args!("open the database {}", path.display()), fault),
        Location::Postgres(_) => Failure::doing("reach the PostgreSQL database", fault),
    })
}

/// Writes and removes a small file.
pub fn try_to_write(folder: &std::path::Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".writable-{}", std::process::id()));
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(probe)
}

/// How letters leave: through the mail server of the settings, or into a folder.
///
/// A demo never sends: its people have made-up addresses, which may belong to somebody.
pub fn mail(settings: &Settings) -> Result<Mail, Failure> {
    let MailSettings { host, port, security, user_name, password, password_file, from, language: _ } = settings.mail.clone();
    let wrong = |error: connect::SettingsFault| Failure::Usage(error.to_string());
    let Some(host) = host.filter(|_| sends(settings)) else {
        return Mail::folder(mail_folder(settings), &from).map_err(wrong);
    };
    let password = match (password, password_file) {
        (_, Some(file)) => {
            let text = std::fs::read_to_string(&file)
                .map_err(|error| Failure::Usage(format!("The mail password file {} cannot be read: {error}.", file.display())))?;
            Some(text.trim_end_matches(['\r', '\n']).to_owned())
        }
        (password, None) => password,
    };
    Mail::smtp(SmtpSettings {
        host,
        port: port.unwrap_or_else(|| security.usual_port()),
        security: security.into(),
        user: user_name,
        password: password.map(Secret::new),
        from,
        timeout: Duration::from_secs(MAIL_SECONDS),
        root_certificates_pem: root_certificates(settings)?,
        guard: None,
    })
    .map_err(wrong)
}

/// What administrators see of that, and whether they may set another way. Tests may, since they have a mail server of their own.
fn mail_setup(settings: &Settings) -> MailSetup {
    let MailSettings { host, port, security, user_name, password, password_file, from: sender, language: _ } =
        settings.mail.clone();
    let server = host.filter(|_| sends(settings)).map(|host| MailServer {
        host,
        port: port.unwrap_or_else(|| security.usual_port()),
        security,
        user_name: user_name.unwrap_or_default(),
        sender: sender.clone(),
    });
    let fixed = match &server {
        Some(_) => Some(FixedMail::Configured),
        None => (settings.demo && !settings.test_hooks).then_some(FixedMail::Demo),
    };
    MailSetup { fixed, server, has_password: password.is_some() || password_file.is_some(), sender, patience: None }
}

/// Letters go to a mail server.
pub fn sends(settings: &Settings) -> bool {
    settings.mail.host.is_some() && !settings.demo && !settings.test_hooks
}

/// The folder of kept letters, to read them.
pub fn letters(settings: &Settings) -> Result<Option<Folder>, Failure> {
    if sends(settings) {
        return Ok(None);
    }
    match Mail::folder(mail_folder(settings), &settings.mail.from).map_err(|error| Failure::Usage(error.to_string()))? {
        Mail::Folder(folder) => Ok(Some(folder)),
        Mail::Smtp(_) => Ok(None),
    }
}

/// How other servers are asked.
pub fn outgoing(settings: &Settings) -> Result<Client, Failure> {
    let allowed = Allowed::parse(settings.outgoing.allow.iter().map(String::as_str));
    let allowed = allowed.map_err(|why| Failure::Usage(format!("outgoing.allow is not right. {why}")))?;
    let roots = root_certificates(settings)?;
    Client::new(allowed, roots.as_deref()).map_err(Failure::Usage)
}

/// Certificates (PEM) that count besides the usual ones.
fn root_certificates(settings: &Settings) -> Result<Option<Vec<u8>>, Failure> {
    let Some(file) = &settings.outgoing.root_certificates else { return Ok(None) };
    let unreadable =
        |error| Failure::Usage(format!("The file with root certificates, {}, cannot be read: {error}.", file.display()));
    std::fs::read(file).map(Some).map_err(unreadable)
}

/// The engine over an open database, for commands of the console that touch no secret. Links start as the settings say.
pub fn engine(settings: &Settings, db: Db) -> Result<Engine, Failure> {
    engine_with(settings, db, None, Clock::system(), Keys::none())
}

/// The engine of a server.
pub fn engine_with(settings: &Settings, db: Db, base_url: Option<&BaseUrl>, clock: Clock, keys: Keys) -> Result<Engine, Failure> {
    let base_url = base_url.cloned().or_else(|| settings.base_url.clone()).unwrap_or_else(|| BaseUrl::of(settings.listen));
    let settings_of_engine = engine::Settings {
        base_url: base_url.as_str().to_owned(),
        language: settings.mail.language,
        demo: settings.demo,
        demo_mail: settings.demo && !sends(settings),
        heartbeat: std::time::Duration::from_secs(model::limits::HEARTBEAT_SECONDS),
        mail: mail_setup(settings),
    };
    let outside = Outside { keys, outgoing: outgoing(settings)? };
    Ok(Engine::new(db, clock, mail(settings)?, outside, settings_of_engine))
}

/// Everything that answers requests.
pub fn site(settings: &Settings, db: Db, engine: Engine, base_url: BaseUrl) -> Result<Site, Failure> {
    let assets = Files::load(settings.site.as_deref()).map_err(|why| Failure::doing("start", why))?;
    if assets.is_empty() {
        tracing::warn!(
            "No built pages were found, so there is neither style nor script. Build them with “cargo xtask dist” or “cargo xtask run”, or name their folder with --site."
        );
    }
    Ok(Site::new(Parts {
        engine,
        db,
        shell: Arc::new(assets.shell().clone()),
        assets,
        base_url,
        trusted_proxy: settings.trusted_proxy,
        demo: if settings.demo { demo::accounts() } else { Vec::new() },
        letters: letters(settings)?,
        test_hooks: settings.test_hooks,
        listeners: crate::http::live::Listeners::default(),
    }))
}
