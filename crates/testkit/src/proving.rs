//! People with an authenticator app.

use crate::Person;
use auth::totp::Authenticator;
use engine::{Enrolment, Problem};
use model::Ts;
use model::proof::ProvedBy;

/// The app on somebody's telephone. It knows what it was shown, and the time.
#[derive(Clone, Debug)]
pub struct App(Vec<u8>);

impl App {
    /// Reads the key as somebody types it.
    pub fn of(enrolment: &Enrolment) -> Self {
        let bits = enrolment.text.bytes().filter(|letter| *letter != b' ').flat_map(|letter| {
            let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
            (0..5).rev().map(move |bit| value >> bit & 1)
        });
        let bits: Vec<u8> = bits.collect();
        Self(bits.chunks_exact(8).map(|eight| eight.iter().fold(0, |byte, bit| byte << 1 | bit)).collect())
    }

    /// An app with a secret of its own, as of another account.
    pub fn foreign() -> Self {
        Self(auth::totp::new_secret().unwrap().to_vec())
    }

    /// What it was shown.
    pub fn secret(&self) -> &[u8] {
        &self.0
    }

    pub fn code(&self, at: Ts) -> String {
        Authenticator::new(&self.0, "somebody").unwrap().code(u64::try_from(at.0 / 1000).unwrap())
    }
}

impl Person {
    /// Sets an authenticator app up, and gives it with the recovery codes.
    pub async fn sets_up_app(&self) -> Result<(App, Vec<String>), Problem> {
        let (who, engine) = (self.who().await?, self.world.engine());
        let app = App::of(&engine.begin_authenticator(&who).await?);
        let codes = engine.confirm_authenticator(&who, &app.code(self.world.now())).await?;
        Ok((app, codes))
    }

    /// Types a code.
    pub async fn proves(&self, code: &str) -> Result<ProvedBy, Problem> {
        self.world.engine().prove_with_code(&self.who().await?, code, "192.0.2.1").await
    }
}
