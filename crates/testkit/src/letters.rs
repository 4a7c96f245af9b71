//! Letters as people find them, and a mail folder that can be told to fail.

use crate::World;
use connect::Kept;
use model::Ts;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, PgConnection, SqliteConnection};
use store::Location;

impl World {
    /// Every letter that arrived, oldest first.
    pub async fn letters(&self) -> Vec<Kept> {
        self.read_mail().await
    }

    /// The letters to a person by user name, oldest first.
    pub async fn letters_to(&self, user_name: &str) -> Vec<Kept> {
        let mut letters = self.letters().await;
        letters.retain(|letter| letter.to.split('@').next() == Some(user_name));
        letters
    }

    /// The first words of the subjects of a person's letters, up to the colon.
    pub async fn subjects_to(&self, user_name: &str) -> Vec<String> {
        let kind = |subject: &str| subject.split(':').next().unwrap_or_default().to_owned();
        let short = |kind: String| if kind.starts_with("Decide by") { "Decide".to_owned() } else { kind };
        self.letters_to(user_name).await.iter().map(|letter| short(kind(&letter.subject))).collect()
    }

    /// Who got which kind of letter, sorted: what two runs of the same story have in common. The weekly digest belongs to the
    /// calendar, and to no story.
    pub async fn post(&self) -> Vec<(String, String)> {
        let mut post: Vec<(String, String)> = self
            .letters()
            .await
            .iter()
            .map(|letter| {
                let kind = letter.subject.split(':').next().unwrap_or_default();
                let kind = if kind.starts_with("Decide by") { "Decide" } else { kind };
                (letter.to.clone(), kind.to_owned())
            })
            .collect();
        post.retain(|(_, kind)| kind != "Directory roles this week");
        post.sort();
        post
    }

    /// Nobody looks at the letters so far again.
    pub fn letters_are_thrown_away(&self) {
        if self.mail_folder().is_dir() {
            std::fs::remove_dir_all(self.mail_folder()).unwrap();
        }
    }

    /// From now on no letter can be sent. A file in place of the folder stops root too.
    pub fn mail_fails(&self) {
        let aside = self.mail_folder().with_extension("aside");
        if self.mail_folder().is_dir() {
            std::fs::rename(self.mail_folder(), aside).unwrap();
        }
        std::fs::write(self.mail_folder(), "not a folder").unwrap();
    }

    /// From now on letters can be sent again.
    pub fn mail_works(&self) {
        let aside = self.mail_folder().with_extension("aside");
        std::fs::remove_file(self.mail_folder()).unwrap();
        if aside.is_dir() {
            std::fs::rename(aside, self.mail_folder()).unwrap();
        }
    }

    /// The oldest letter that is still to be sent is about something that no program knows, and every later one is as it was.
    pub async fn a_letter_breaks(&self) {
        let sql = "update letters set notice = '{\"notice\":\"unheard_of\"}'
                   where id = (select id from letters where due_at is not null order by made_at, id limit 1) returning notice";
        assert_eq!(self.texts(sql).await.len(), 1, "no letter waits");
    }

    /// Why letters were refused for good, oldest first.
    pub async fn refused_letters(&self) -> Vec<String> {
        self.texts("select fault from letters where outcome = 'refused' order by made_at, id").await
    }

    /// What a statement of a test answers, past everything that keeps tables right.
    async fn texts(&self, sql: &'static str) -> Vec<String> {
        match self.location() {
            Location::Sqlite(path) => {
                let options = SqliteConnectOptions::new().filename(path).busy_timeout(std::time::Duration::from_secs(10));
                let mut raw = SqliteConnection::connect_with(&options).await.unwrap();
                sqlx::query_scalar(sql).fetch_all(&mut raw).await.unwrap()
            }
            Location::Postgres(url) => {
                let mut raw = PgConnection::connect(url).await.unwrap();
                sqlx::query_scalar(sql).fetch_all(&mut raw).await.unwrap()
            }
        }
    }

    /// Whether any letter is still to be sent, now or ever.
    pub async fn letters_wait(&self) -> bool {
        let mut link = self.db().read().await.unwrap();
        store::letters::any_due(&mut link, Ts(i64::MAX)).await.unwrap()
    }
}
