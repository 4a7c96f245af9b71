//! The people of the demo company.

use super::person;
use crate::Problem;
use crate::change::Change;
use model::UserId;
use model::directory::{Profile, UserKind};
use model::event::Action;
use rules::user::User;
use store::{sponsors, users};

/// User name, display name, department, job title, city, manager's user name. Managers come before their people.
const PEOPLE: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("ingrid", "Ingrid", "Executive", "Chief executive officer", "Oslo", ""),
    ("bianca", "Bianca", "Security", "Chief information security officer", "Oslo", "ingrid"),
    ("helga", "Helga", "Finance", "Chief financial officer", "Oslo", "ingrid"),
    ("dmitri", "Dmitri", "Products", "Chief product officer", "Hamburg", "ingrid"),
    ("amara", "Amara", "People", "Head of people", "Oslo", "ingrid"),
    ("rafael", "Rafael", "Sales", "Head of sales", "Rotterdam", "ingrid"),
    ("morgan", "Morgan", "IT Operations", "Head of IT", "Oslo", "ingrid"),
    ("brandon", "Brandon", "Security", "Identity lead", "Oslo", "bianca"),
    ("noor", "Noor", "Security", "Security analyst", "Oslo", "bianca"),
    ("viktor", "Viktor", "Security", "Security analyst", "Hamburg", "bianca"),
    ("lena", "Lena", "Security", "Compliance officer", "Oslo", "bianca"),
    ("miriam", "Miriam", "IT Operations", "IT support manager", "Oslo", "morgan"),
    ("alex", "Alex", "IT Operations", "Level 3 IT support engineer", "Oslo", "miriam"),
    ("carla", "Carla", "IT Operations", "Level 3 IT support engineer", "Hamburg", "miriam"),
    ("jonas", "Jonas", "IT Operations", "Level 2 IT support engineer", "Oslo", "miriam"),
    ("yuki", "Yuki", "IT Operations", "Service desk agent", "Oslo", "miriam"),
    ("tomas", "Tomas", "IT Operations", "Service desk lead", "Rotterdam", "miriam"),
    ("fatima", "Fatima", "IT Operations", "Level 2 IT support engineer", "Rotterdam", "miriam"),
    ("erik", "Erik", "IT Operations", "Infrastructure manager", "Oslo", "morgan"),
    ("lee", "Lee", "IT Operations", "Systems administrator", "Oslo", "erik"),
    ("nadia", "Nadia", "IT Operations", "Network engineer", "Hamburg", "erik"),
    ("piotr", "Piotr", "IT Operations", "Database administrator", "Hamburg", "erik"),
    ("greta", "Greta", "IT Operations", "Cloud engineer", "Oslo", "erik"),
    ("samir", "Samir", "IT Operations", "Network engineer", "Rotterdam", "erik"),
    ("omar", "Omar", "Finance", "Financial controller", "Oslo", "helga"),
    ("sofia", "Sofia", "Finance", "Head of accounting", "Oslo", "helga"),
    ("mateo", "Mateo", "Finance", "Accountant", "Oslo", "sofia"),
    ("elin", "Elin", "Finance", "Accountant", "Oslo", "sofia"),
    ("bruno", "Bruno", "Finance", "Payroll specialist", "Hamburg", "sofia"),
    ("wanda", "Wanda", "Finance", "Financial analyst", "Hamburg", "omar"),
    ("isak", "Isak", "Finance", "Financial analyst", "Oslo", "omar"),
    ("priya", "Priya", "Products", "Data engineering manager", "Hamburg", "dmitri"),
    ("hana", "Hana", "Products", "Developer", "Hamburg", "priya"),
    ("oskar", "Oskar", "Products", "Developer", "Oslo", "priya"),
    ("linnea", "Linnea", "Products", "Data engineer", "Hamburg", "priya"),
    ("kofi", "Kofi", "Products", "Data engineer", "Hamburg", "priya"),
    ("marta", "Marta", "Products", "Design lead", "Oslo", "dmitri"),
    ("felix", "Felix", "Products", "Designer", "Oslo", "marta"),
    ("ayla", "Ayla", "Products", "Researcher", "Rotterdam", "marta"),
    ("stefan", "Stefan", "Products", "Platform manager", "Hamburg", "dmitri"),
    ("chen", "Chen", "Products", "Platform engineer", "Hamburg", "stefan"),
    ("ronja", "Ronja", "Products", "Platform engineer", "Oslo", "stefan"),
    ("tariq", "Tariq", "Products", "Test engineer", "Hamburg", "stefan"),
    ("vera", "Vera", "People", "Recruiter", "Oslo", "amara"),
    ("luca", "Luca", "People", "People partner", "Hamburg", "amara"),
    ("signe", "Signe", "People", "Learning specialist", "Oslo", "amara"),
    ("hugo", "Hugo", "Sales", "Sales manager north", "Oslo", "rafael"),
    ("zoe", "Zoe", "Sales", "Sales manager south", "Rotterdam", "rafael"),
    ("anton", "Anton", "Sales", "Account manager", "Oslo", "hugo"),
    ("ines", "Ines", "Sales", "Account manager", "Oslo", "hugo"),
    ("milan", "Milan", "Sales", "Account manager", "Rotterdam", "zoe"),
    ("clara", "Clara", "Sales", "Account manager", "Rotterdam", "zoe"),
    ("joris", "Joris", "Sales", "Sales engineer", "Rotterdam", "zoe"),
    ("emma", "Emma", "Sales", "Sales operations", "Oslo", "rafael"),
    ("pavel", "Pavel", "Executive", "Executive assistant", "Oslo", "ingrid"),
];

/// Guests: user name, display name, company, who invited them.
const GUESTS: &[(&str, &str, &str, &str)] = &[
    ("nils.partner", "Nils (Nordlicht)", "Nordlicht Consulting", "dmitri"),
    ("ana.partner", "Ana (Nordlicht)", "Nordlicht Consulting", "dmitri"),
    ("tim.audit", "Tim (Beacon Audit)", "Beacon Audit", "helga"),
    ("rosa.audit", "Rosa (Beacon Audit)", "Beacon Audit", "helga"),
    ("kai.vendor", "Kai (Quayside)", "Quayside Networks", "erik"),
];

/// The fixed id of a demo person.
pub fn id(user_name: &str) -> UserId {
    let people = PEOPLE.iter().map(|person| person.0);
    person(people.chain(GUESTS.iter().map(|guest| guest.0)).position(|name| name == user_name))
}

pub async fn make(change: &mut Change<'_>) -> Result<(), Problem> {
    for (user_name, name, department, title, city, manager) in PEOPLE {
        let country = match *city {
            "Oslo" => "Norway",
            "Hamburg" => "Germany",
            _ => "Netherlands",
        };
        let attributes = [
            ("givenName", *name),
            ("department", *department),
            ("jobTitle", *title),
            ("companyName", "Harbour"),
            ("city", *city),
            ("country", country),
        ];
        let mail = format!("{user_name}@harbour.example");
        insert(change, user_name, name, UserKind::Member, mail, &attributes, manager).await?;
    }
    for (user_name, name, company, sponsor) in GUESTS {
        let mail = format!("{user_name}@partner.example");
        let attributes = [("companyName", *company), ("jobTitle", "Partner")];
        insert(change, user_name, name, UserKind::Guest, mail, &attributes, "").await?;
        sponsors::set(&mut change.link, id(user_name), &[id(sponsor)]).await?;
    }
    Ok(())
}

async fn insert(
    change: &mut Change<'_>,
    user_name: &str,
    name: &str,
    kind: UserKind,
    mail: String,
    attributes: &[(&str, &str)],
    manager: &str,
) -> Result<(), Problem> {
    let user = User {
        id: id(user_name),
        user_name: user_name.to_owned(),
        display_name: name.to_owned(),
        mail,
        kind,
        manager: (!manager.is_empty()).then(|| id(manager)),
        enabled: true,
        profile: Profile {
            attributes: attributes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            other_mails: Vec::new(),
        },
        created_at: change.now,
        last_sign_in_at: None,
        version: 0,
    };
    users::insert(&mut change.link, &user, None).await?;
    change.record(None, [Action::UserCreated { user: user.id, name: user.display_name }]);
    Ok(())
}
