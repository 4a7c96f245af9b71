//! What letters about assignments of roles say in English.

use super::English;
use crate::letter::speech::{Said, Speech, Way, short};
use model::limits::RENEWAL_DAYS;
use model::notice::{AboutRole, RoleNews, RoleWeek};
use model::role_settings::RoleEvent;
use model::time::count;

const MINE: Way = Way { look: "Look at your roles", open: "Open my roles", because: "It is about a role of yours." };
const OTHERS: Way = Way {
    look: "Look at the assignments of the role",
    open: "Open the assignments",
    because: "You look after this role, or its settings name your address.",
};
const DIGEST: Way = Way {
    look: "Look at the roles",
    open: "Open the roles",
    because: "You look after directory roles, and get this once a week.",
};

impl English {
    pub fn role(&self, about: &AboutRole, news: &RoleNews, mine: bool) -> Said {
        if mine { self.my_role(about, news) } else { self.others_role(about, news) }
    }

    /// To the holder.
    fn my_role(&self, about: &AboutRole, news: &RoleNews) -> Said {
        let role = &about.name;
        let mine = match about.event {
            RoleEvent::Eligible => format!("your eligible assignment of {role}"),
            RoleEvent::Active => format!("your assignment of {role}"),
            RoleEvent::Activated => format!("your activation of {role}"),
        };
        let somebody = |by: &Option<String>| by.clone().unwrap_or_else(|| "Somebody".to_owned());
        let (kind, headline, says) = match news {
            RoleNews::Assigned { by, .. } => {
                let (kind, headline, how) = match about.event {
                    RoleEvent::Eligible => (
                        "You are eligible",
                        format!("{} made you eligible for {role}.", somebody(by)),
                        "You activate it when you need it: open “My roles”.",
                    ),
                    RoleEvent::Active | RoleEvent::Activated => (
                        "You are assigned",
                        format!("{} assigned {role} to you.", somebody(by)),
                        "You have it without activating it.",
                    ),
                };
                (kind.to_owned(), headline, vec![how.to_owned(), self.ends(about)])
            }
            RoleNews::Changed { by, .. } => {
                ("Changed".to_owned(), format!("{} changed {mine}.", somebody(by)), vec![self.ends(about)])
            }
            RoleNews::Activated { .. } => ("Activated".to_owned(), format!("You activated {role}."), vec![self.ends(about)]),
            RoleNews::EndsSoon { at } => {
                let at = self.instant(*at);
                let more = "If you need it for longer, ask for it: open “My roles” and choose “Extend”.";
                (format!("Ends on {at}"), format!("{} ends on {at}.", capital(&mine)), vec![more.to_owned()])
            }
            RoleNews::Removed { by, .. } => {
                let says = match about.event {
                    RoleEvent::Eligible => vec!["What was activated on it has ended as well.".to_owned()],
                    RoleEvent::Active | RoleEvent::Activated => Vec::new(),
                };
                ("Ended".to_owned(), format!("{} ended {mine}.", somebody(by)), says)
            }
            RoleNews::Deactivated => ("Deactivated".to_owned(), format!("You deactivated {role}."), Vec::new()),
            RoleNews::Expired => {
                let says = match about.event {
                    RoleEvent::Activated => "Its time was over. Activate it again when you need it.".to_owned(),
                    RoleEvent::Eligible | RoleEvent::Active => format!(
                        "Its time was over. For {} you can ask to renew it: open “My roles”, “Expired assignments”, and choose “Renew”.",
                        count(RENEWAL_DAYS, "day")
                    ),
                };
                ("Ended".to_owned(), format!("{} has ended.", capital(&mine)), vec![says])
            }
            RoleNews::GroundEnded => {
                let says = "The eligible assignment on which it rested has ended.";
                ("Ended".to_owned(), format!("{} has ended.", capital(&mine)), vec![says.to_owned()])
            }
        };
        Said { subject: format!("{kind}: {}", short(role)), headline, says, way: &MINE }
    }

    /// To whoever looks after the role.
    fn others_role(&self, about: &AboutRole, news: &RoleNews) -> Said {
        let AboutRole { name: role, holder, .. } = about;
        let theirs = match about.event {
            RoleEvent::Eligible => format!("the eligible assignment of {role} to {holder}"),
            RoleEvent::Active => format!("the assignment of {role} to {holder}"),
            RoleEvent::Activated => format!("the activation of {role} by {holder}"),
        };
        let somebody = |by: &Option<String>| by.clone().unwrap_or_else(|| "Somebody".to_owned());
        let (kind, headline, says) = match news {
            RoleNews::Assigned { by, .. } => {
                let (kind, headline) = match about.event {
                    RoleEvent::Eligible => ("Made eligible", format!("{} made {holder} eligible for {role}.", somebody(by))),
                    RoleEvent::Active | RoleEvent::Activated => {
                        ("Assigned", format!("{} assigned {role} to {holder}.", somebody(by)))
                    }
                };
                (kind.to_owned(), headline, vec![self.ends(about)])
            }
            RoleNews::Changed { by, .. } => {
                ("Changed".to_owned(), format!("{} changed {theirs}.", somebody(by)), vec![self.ends(about)])
            }
            RoleNews::Activated { .. } => ("Activated".to_owned(), format!("{holder} activated {role}."), vec![self.ends(about)]),
            RoleNews::EndsSoon { at } => {
                let at = self.instant(*at);
                let more = format!("{holder} can ask for more time. You can set another end at any time.");
                (format!("Ends on {at}"), format!("{} ends on {at}.", capital(&theirs)), vec![more])
            }
            RoleNews::Removed { by, .. } => ("Ended".to_owned(), format!("{} ended {theirs}.", somebody(by)), Vec::new()),
            RoleNews::Deactivated => {
                let says = "It ended before its time.".to_owned();
                ("Deactivated".to_owned(), format!("{holder} deactivated {role}."), vec![says])
            }
            RoleNews::Expired => {
                let says = match about.event {
                    RoleEvent::Activated => "Its time was over.".to_owned(),
                    RoleEvent::Eligible | RoleEvent::Active => {
                        format!("Its time was over. It can be renewed for {}.", count(RENEWAL_DAYS, "day"))
                    }
                };
                ("Ended".to_owned(), format!("{} has ended.", capital(&theirs)), vec![says])
            }
            RoleNews::GroundEnded => {
                let says = "The eligible assignment on which it rested has ended.".to_owned();
                ("Ended".to_owned(), format!("{} has ended.", capital(&theirs)), vec![says])
            }
        };
        Said { subject: format!("{kind}: {}, {}", short(holder), short(role)), headline, says, way: &OTHERS }
    }

    fn ends(&self, about: &AboutRole) -> String {
        match about.ends_at {
            Some(at) => format!("It ends on {}.", self.instant(at)),
            None => "It has no end date.".to_owned(),
        }
    }

    pub fn role_week(&self, week: &RoleWeek) -> Said {
        let people = if week.activated == 1 { "1 person".to_owned() } else { format!("{} people", week.activated) };
        let made = count(week.assigned, "assignment");
        Said {
            subject: format!("Directory roles this week: {people} activated, {made}"),
            headline: format!("What happened to directory roles from {} to {}.", self.instant(week.from), self.instant(week.to)),
            says: vec![
                format!("{people} activated a role."),
                format!(
                    "{made} of roles {} made, {} without an end.",
                    if week.assigned == 1 { "was" } else { "were" },
                    week.permanent
                ),
                outside(week.outside),
            ],
            way: &DIGEST,
        }
    }
}

/// What came past privileged access management.
fn outside(n: i64) -> String {
    match n {
        0 => "Nothing was assigned outside of privileged access management.".to_owned(),
        1 => "1 assignment was made outside of privileged access management; the alerts say which, as long as it is there."
            .to_owned(),
        n => format!(
            "{n} assignments were made outside of privileged access management; the alerts say which, as long as they are there."
        ),
    }
}

/// A sentence begins with a capital letter.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}
