//! Letters as people find them, and a mail folder that can be told to fail.

use crate::World;
use connect::Kept;
use model::Ts;

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

    /// Whether any letter is still to be sent, now or ever.
    pub async fn letters_wait(&self) -> bool {
        let mut link = self.db().read().await.unwrap();
        store::letters::any_due(&mut link, Ts(i64::MAX)).await.unwrap()
    }
}
