//! Applications, their roles, and where these are in use.

use crate::given::{NOW, attempt, id, person};
use model::{ApplicationId, ApplicationRoleId};
use store::catalogs::Seen;
use store::{Fault, Link, Saved, applications, resources};
use testkit::both;

async fn made(link: &mut Link, n: u128, name: &str) -> Result<ApplicationId, Fault> {
    let application = ApplicationId(id(900_000 + n));
    resources::insert_application(link, application, name, "For a test.", &[], NOW).await?;
    Ok(application)
}

/// Every function of the topic once.
pub async fn all(link: &mut Link) -> Result<(), Fault> {
    let one = made(link, 100_001, "Applications of a test").await?;
    let role = ApplicationRoleId(id(910_000));
    applications::list(link, "of a", None, 25).await?;
    let mut application = applications::get(link, one).await?.unwrap();
    applications::get_to_change(link, one).await?;
    application.version += 1;
    assert_eq!(applications::update(link, &application).await?, Saved::Yes);
    applications::insert_role(link, one, role, "Agent").await?;
    applications::rename_role(link, role, "Reader").await?;
    applications::assignments(link, one).await?;
    applications::role_uses(link, one, Some(role), (Seen::All, NOW)).await?;
    applications::uses(link, one, (Seen::By(person(1)), NOW)).await?;
    applications::catalogs(link, one, (Seen::All, NOW)).await?;
    applications::target(link, one).await?;
    applications::delete_role(link, role).await?;
    applications::delete(link, one).await
}

both! {
    async fn applications_are_found_by_what_stands_in_their_names_page_by_page(test: TestDb) {
        attempt(&test.db, async |link| {
            for (n, name) in ["Wiki", "50% off_sale", "Ledger", "Ledger archive"].into_iter().enumerate() {
                made(link, n as u128, name).await?;
            }
            let names = async |link: &mut Link, search: &str, after| -> Result<Vec<String>, Fault> {
                Ok(applications::list(link, search, after, 2).await?.into_iter().map(|one| one.name).collect())
            };
            assert_eq!(names(link, "LEDGER", None).await?, ["Ledger", "Ledger archive"]);
            assert_eq!(names(link, "0% off_", None).await?, ["50% off_sale"], "signs of patterns are letters");
            assert!(names(link, "%", None).await?.len() == 1 && names(link, "x_y", None).await?.is_empty());
            assert_eq!(names(link, "", None).await?, ["50% off_sale", "Ledger"]);
            let after = Some(("ledger".to_owned(), ApplicationId(id(900_002))));
            assert_eq!(names(link, "", after).await?, ["Ledger archive", "Wiki"]);
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn two_applications_of_one_name_are_refused_and_one_that_changed_meanwhile_is_not_overwritten(test: TestDb) {
        attempt(&test.db, async |link| {
            let (wiki, ledger) = (made(link, 1, "Wiki").await?, made(link, 2, "Ledger").await?);
            let mut application = applications::get(link, wiki).await?.unwrap();
            application.version += 1;
            assert_eq!(applications::update(link, &application).await?, Saved::Yes);
            assert_eq!(applications::update(link, &application).await?, Saved::Stale);
            applications::delete(link, ledger).await?;
            assert_eq!(applications::get(link, ledger).await?, None);
            Ok(())
        })
        .await
        .unwrap();
        let twin = attempt(&test.db, async |link| made(link, 3, "WIKI").await).await;
        assert!(twin.unwrap_err().is_duplicate());
    }
}
