//! `vestibule check`: looks at everything that a start needs, and names all that is wrong, not only the first.

use crate::assemble;
use crate::config::{BaseUrl, Settings};
use crate::failure::Failure;
use crate::http::Files;
use crate::key;
use std::io::ErrorKind;
use store::{Db, Location, SchemaState};

/// One thing that was looked at.
enum Found {
    Good(String),
    /// Worth knowing; nothing fails because of it.
    Note(String),
    Bad(String),
}

/// Prints one line for every thing, and fails when one of them is wrong. Changes nothing.
pub async fn check(settings: &Settings) -> Result<(), Failure> {
    let mut found = vec![folder(settings)];
    database(settings, &mut found).await;
    found.push(outgoing(settings));
    found.push(mail(settings).await);
    found.push(language(settings));
    found.push(pages(settings));
    found.push(address(settings));
    let base_url = settings.base_url.clone().unwrap_or_else(|| BaseUrl::of(settings.listen));
    found.extend(assemble::hides_visitors(settings, &base_url).map(|why| Found::Note(why.to_owned())));
    let mut wrong = 0;
    for one in &found {
        match one {
            Found::Good(what) => println!("good   {what}"),
            Found::Note(what) => println!("note   {what}"),
            Found::Bad(what) => {
                wrong += 1;
                println!("wrong  {what}");
            }
        }
    }
    match wrong {
        0 => Ok(()),
        1 => Err(Failure::Failed("One thing is wrong; see above.".to_owned())),
        n => Err(Failure::Failed(format!("{n} things are wrong; see above."))),
    }
}

fn folder(settings: &Settings) -> Found {
    let shown = settings.data.display();
    match assemble::try_to_write(&settings.data) {
        Ok(()) => Found::Good(format!("The data folder {shown} can be written.")),
        Err(error) if error.kind() == ErrorKind::NotFound && needs_folder(settings) => {
            Found::Bad(format!("The data folder {shown} is not there. Make it, or start the server once."))
        }
        Err(_) if !needs_folder(settings) => Found::Note(format!("The data folder {shown} cannot be written; nothing needs it.")),
        Err(error) => Found::Bad(format!("The data folder {shown} cannot be written: {error}.")),
    }
}

/// With PostgreSQL and a mail server, everything is kept elsewhere.
fn needs_folder(settings: &Settings) -> bool {
    settings.database.0.is_none() || settings.mail.host.is_none()
}

/// The database, and whether the key belongs to it.
async fn database(settings: &Settings, found: &mut Vec<Found>) {
    let location = assemble::location(settings);
    if let Location::Sqlite(path) = &location
        && !path.exists()
    {
        // Opening would make it, and a check changes nothing.
        let said = format!("There is no database at {}. Run “vestibule migrate”, or start the server.", path.display());
        return found.push(Found::Bad(said));
    }
    let db = match Db::open(&location).await {
        Ok(db) => db,
        Err(fault) => return found.push(Found::Bad(format!("The database cannot be reached: {fault}."))),
    };
    let schema = db.schema().await;
    let engine = db.engine();
    found.push(match &schema {
        Ok(SchemaState::Current) => Found::Good(format!("The {engine} database answers and is up to date.")),
        Ok(other) => Found::Bad(assemble::schema_problem(*other)),
        Err(fault) => Found::Bad(format!("The {engine} database does not answer: {fault}.")),
    });
    if matches!(schema, Ok(SchemaState::Current)) {
        found.push(match key::check(settings, &db).await {
            Ok(said) => Found::Good(said),
            Err(said) => Found::Bad(said),
        });
        found.extend(mail_of_page(settings, &db).await);
    }
    db.close().await;
}

fn outgoing(settings: &Settings) -> Found {
    match (assemble::outgoing(settings), settings.outgoing.allow.as_slice()) {
        (Err(failure), _) => Found::Bad(failure.to_string()),
        (Ok(_), []) => Found::Good("Other servers are asked on the public internet only (outgoing.allow is empty).".to_owned()),
        (Ok(_), allowed) => Found::Note(format!("Besides the public internet, this server asks {}.", allowed.join(", "))),
    }
}

/// The mail server that administrators set on the page of mail, where the configuration leaves it to them.
async fn mail_of_page(settings: &Settings, db: &Db) -> Option<Found> {
    if settings.mail.host.is_some() || settings.demo {
        return None;
    }
    let outgoing = assemble::outgoing(settings).ok()?;
    let keys = key::existing(settings).unwrap_or_else(engine::secrets::Keys::none);
    match engine::mail::check(db, &keys, &outgoing).await {
        Ok(None) => None,
        Ok(Some((server, Ok(())))) => Some(Found::Good(format!("The mail server {server}, set by administrators, answers."))),
        Ok(Some((_, Err(why)))) => {
            Some(Found::Bad(format!("Letters cannot be sent as administrators set it under Settings: {why}")))
        }
        Err(fault) => Some(Found::Bad(format!("What administrators set for mail cannot be read: {fault}."))),
    }
}

async fn mail(settings: &Settings) -> Found {
    let mail = match assemble::mail(settings) {
        Ok(mail) => mail,
        Err(failure) => return Found::Bad(failure.to_string()),
    };
    let Some(host) = &settings.mail.host else {
        // A folder is only asked when it is there: asking makes it.
        let folder = assemble::mail_folder(settings);
        return match assemble::try_to_write(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Found::Bad(format!("The folder for letters, {}, cannot be written: {error}.", folder.display()))
            }
            _ => Found::Note(format!(
                "No mail server is set here (mail.host): letters leave as administrators set it under Settings, and are kept in {} until then.",
                folder.display()
            )),
        };
    };
    match mail.check().await {
        Ok(()) => Found::Good(format!("The mail server {host} answers.")),
        Err(fault) => Found::Bad(format!("Letters cannot be sent: {fault}")),
    }
}

fn language(settings: &Settings) -> Found {
    let language = settings.mail.language;
    Found::Good(format!("Letters are written in {} (mail.language = \"{}\").", language.name(), language.tag()))
}

fn pages(settings: &Settings) -> Found {
    match Files::load(settings.site.as_deref()) {
        Ok(files) if files.is_empty() => Found::Bad(
            "There are no built pages, so pages have neither style nor script. Build them with “cargo xtask dist” or “cargo xtask run”, or name their folder with VESTIBULE_SITE.".to_owned(),
        ),
        Ok(_) => Found::Good("The built pages are there.".to_owned()),
        Err(why) => Found::Bad(format!("Something is wrong with the built pages: {why}.")),
    }
}

fn address(settings: &Settings) -> Found {
    match &settings.base_url {
        Some(url) if url.is_https() => Found::Good(format!("People reach the server as {url}.")),
        Some(url) if settings.listen.ip().is_loopback() => Found::Note(format!("People reach the server as {url}, without TLS.")),
        Some(url) => Found::Note(format!(
            "People reach the server as {url}: passwords travel in the clear. Use a proxy with TLS and an https base_url."
        )),
        None => Found::Note(format!("base_url is not set: links in letters start with {}.", BaseUrl::of(settings.listen))),
    }
}
