//! Who is told about assignments of roles: what the settings of the role say, row by row.

use model::limits::DIGEST_DAYS;
use model::notice::{AboutRole, Addressee, Letter, Notice, RoleNews, RoleWeek};
use model::role_settings::{Audience, Mails, RoleEvent};
use model::{Span, Ts, UserId};

/// As whom somebody reads a letter, and whether they have to act upon it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    pub audience: Audience,
    pub critical: bool,
}

impl Reader {
    pub fn of(audience: Audience) -> Self {
        Self { audience, critical: false }
    }

    pub fn critical(audience: Audience) -> Self {
        Self { audience, critical: true }
    }
}

/// What letters about one assignment, or about a request for one, depend on.
#[derive(Clone, Debug)]
pub struct RoleMail<'a> {
    pub mails: &'a Mails,
    pub about: AboutRole,
    /// Not set when no person holds it.
    pub holder: Option<UserId>,
    /// Whoever looks after the role; of a group its owners for good.
    pub administrators: &'a [UserId],
}

impl RoleMail<'_> {
    /// Whether the default recipients of a row get such a letter.
    pub fn reaches(&self, reader: Reader) -> bool {
        let row = self.mails.row(self.about.event, reader.audience);
        row.default_recipients && (reader.critical || !row.critical_only)
    }

    /// The same with another end.
    #[must_use]
    pub fn with_end(&self, ends_at: Option<Ts>) -> Self {
        Self { about: AboutRole { ends_at, ..self.about.clone() }, ..self.clone() }
    }

    /// A letter to the addresses that a row names besides its default recipients.
    pub fn besides(&self, audience: Audience, critical: bool, notice: &Notice) -> Vec<Letter> {
        let row = self.mails.row(self.about.event, audience);
        if row.critical_only && !critical {
            return Vec::new();
        }
        let to = |address: &String| Letter { to: Addressee::Address(address.clone()), notice: notice.clone() };
        row.additional.iter().map(to).collect()
    }

    /// Tells everybody but the holder: who looks after the role, and the further addresses of both rows. Not who did it, nor
    /// those who are `told` otherwise.
    pub fn others(&self, news: &RoleNews, actor: Option<UserId>, told: &[UserId]) -> Vec<Letter> {
        let notice = Notice::Role { about: self.about.clone(), news: news.clone(), mine: false };
        let mut letters = Vec::new();
        // That a time is over which was told when it began concerns who lost it, and is no news to others.
        let over = *news == RoleNews::Expired && self.about.event == RoleEvent::Activated;
        if !over {
            if self.reaches(Reader::of(Audience::Administrators)) {
                let others = self
                    .administrators
                    .iter()
                    .filter(|to| Some(**to) != actor && Some(**to) != self.holder && !told.contains(to));
                letters.extend(others.map(|to| Letter { to: (*to).into(), notice: notice.clone() }));
            }
            letters.extend(self.besides(Audience::Administrators, false, &notice));
        }
        for letter in self.besides(Audience::Holder, false, &notice) {
            if !letters.contains(&letter) {
                letters.push(letter);
            }
        }
        letters
    }

    /// Tells the holder and everybody else whom it concerns; nobody is told of what they did themselves.
    pub fn letters(&self, news: &RoleNews, actor: Option<UserId>) -> Vec<Letter> {
        let holder = self.holder.filter(|holder| Some(*holder) != actor && self.reaches(Reader::of(Audience::Holder)));
        let mine = holder.map(|holder| Letter {
            to: holder.into(),
            notice: Notice::Role { about: self.about.clone(), news: news.clone(), mine: true },
        });
        mine.into_iter().chain(self.others(news, actor, &[])).collect()
    }
}

/// The first Monday of the calendar's beginning, at six in the morning.
const FIRST_DIGEST: Ts = Ts(4 * 24 * 3_600_000 + 6 * 3_600_000);

/// The week that was over last, from Monday to Monday at six in the morning.
pub fn digest_week(now: Ts) -> (Ts, Ts) {
    let week = Span::days(DIGEST_DAYS);
    let to = FIRST_DIGEST + Span(now.since(FIRST_DIGEST).0.div_euclid(week.0) * week.0);
    (to - week, to)
}

/// When the week is over that `now` is in.
pub fn next_digest(now: Ts) -> Ts {
    digest_week(now).1 + Span::days(DIGEST_DAYS)
}

/// The weekly letters to those who look after directory roles; none when nothing happened.
pub fn role_digest(week: &RoleWeek, administrators: &[UserId]) -> Vec<Letter> {
    if week.activated == 0 && week.permanent == 0 && week.assigned == 0 && week.outside == 0 {
        return Vec::new();
    }
    let letter = |to: &UserId| Letter { to: (*to).into(), notice: Notice::RoleDigest { week: week.clone() } };
    administrators.iter().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::user;
    use model::RoleId;
    use model::role_settings::{Mail, Privileged};

    fn about(event: RoleEvent) -> AboutRole {
        AboutRole {
            role: Privileged::DirectoryRole(RoleId::default()),
            name: "Reader".into(),
            holder: "Alex".into(),
            event,
            starts_at: Ts(0),
            ends_at: None,
        }
    }

    fn told(mails: &Mails, event: RoleEvent, news: &RoleNews, actor: Option<u128>) -> Vec<String> {
        let administrators = [user(8), user(9), user(1)];
        let mail = RoleMail { mails, about: about(event), holder: Some(user(1)), administrators: &administrators };
        let name = |letter: &Letter| match (&letter.to, &letter.notice) {
            (Addressee::User(id), Notice::Role { mine, .. }) => format!("{}{}", id.0.as_u128(), if *mine { " mine" } else { "" }),
            (Addressee::Address(address), Notice::Role { mine: false, .. }) => address.clone(),
            other => panic!("{other:?}"),
        };
        mail.letters(news, actor.map(user)).iter().map(name).collect()
    }

    fn assigned() -> RoleNews {
        RoleNews::Assigned { by: None, words: String::new() }
    }

    #[test]
    fn nobody_is_told_of_their_own_deed_and_the_holder_reads_it_once_as_their_own() {
        let mails = Mails::default();
        assert_eq!(told(&mails, RoleEvent::Eligible, &assigned(), Some(8)), ["1 mine", "9"]);
        assert_eq!(told(&mails, RoleEvent::Activated, &RoleNews::Deactivated, Some(1)), ["8", "9"]);
        assert_eq!(told(&mails, RoleEvent::Eligible, &RoleNews::Expired, None), ["1 mine", "8", "9"]);
        assert_eq!(told(&mails, RoleEvent::Activated, &RoleNews::Expired, None), ["1 mine"], "no news to others");
    }

    #[test]
    fn each_row_says_by_itself_who_gets_it_and_what_is_not_critical_can_be_left_out() {
        let off = Mail { default_recipients: false, ..Mail::default() };
        let watch = Mail { default_recipients: false, additional: vec!["soc@harbour.example".into()], critical_only: false };
        let mut mails = Mails { mail_eligible_alert: watch.clone(), ..Mails::default() };
        assert_eq!(told(&mails, RoleEvent::Eligible, &assigned(), None), ["1 mine", "soc@harbour.example"]);
        assert_eq!(told(&mails, RoleEvent::Active, &assigned(), None), ["1 mine", "8", "9"], "another row");
        mails.mail_eligible_assignee = watch;
        assert_eq!(told(&mails, RoleEvent::Eligible, &assigned(), None), ["soc@harbour.example"], "and once");
        mails.mail_eligible_alert.critical_only = true;
        mails.mail_eligible_assignee = off;
        assert!(told(&mails, RoleEvent::Eligible, &assigned(), None).is_empty());
        let mail = RoleMail { mails: &mails, about: about(RoleEvent::Eligible), holder: None, administrators: &[] };
        assert!(mail.reaches(Reader::of(Audience::Approvers)), "asking for a decision is a row of its own");
        let act = Notice::RoleDigest {
            week: RoleWeek { from: Ts(0), to: Ts(1), activated: 0, permanent: 0, assigned: 0, outside: 0, top: Vec::new() },
        };
        assert_eq!(mail.besides(Audience::Administrators, true, &act).len(), 1, "what is critical goes there all the same");
    }

    #[test]
    fn a_week_is_over_on_monday_at_six_and_not_a_moment_sooner() {
        let at = |text: &str| Ts::parse(text).unwrap();
        let monday = at("2026-01-12T06:00:00Z");
        assert_eq!(next_digest(at("2026-01-05T08:00:00Z")), monday);
        assert_eq!(next_digest(monday - Span(1)), monday);
        assert_eq!(next_digest(monday), monday + Span::days(7));
        assert_eq!(digest_week(monday), (at("2026-01-05T06:00:00Z"), monday));
        assert_eq!(digest_week(monday - Span(1)).1, at("2026-01-05T06:00:00Z"));
    }

    #[test]
    fn a_week_in_which_nothing_happened_is_not_written_about() {
        let quiet = RoleWeek {
            from: Ts(0),
            to: Ts(1),
            activated: 0,
            permanent: 0,
            assigned: 0,
            outside: 0,
            top: vec![("Reader".into(), 4)],
        };
        assert!(role_digest(&quiet, &[user(1)]).is_empty());
        assert_eq!(role_digest(&RoleWeek { outside: 1, ..quiet.clone() }, &[user(1)]).len(), 1, "somebody came past the rules");
        let letters = role_digest(&RoleWeek { activated: 1, ..quiet }, &[user(1), user(2)]);
        assert_eq!(letters.len(), 2);
    }
}
