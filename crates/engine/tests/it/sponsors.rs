//! Sponsors: who vouches for somebody, and is asked about what they request.

use model::approval::Approver;
use model::event::Action;
use model::{Refusal, UserId, query};
use testkit::{Offer, Person, Staged, World, both, refused, stage};

const TOOLS: &str = "Guest tools";

async fn offered(world: &World, fallback: &[&Person]) {
    let group = world.makes_group("Guests at work").await;
    let asked = stage([Approver::Sponsors]).fallback(fallback.iter().map(|person| Approver::from(*person)));
    world.offers(Offer::new(TOOLS, group, [asked])).await;
}

both! {
    async fn somebody_without_sponsors_is_refused_or_asks_the_fallback(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, bianca] = world.people(["alex", "bianca"]).await;
        offered(&world, &[]).await;
        assert_eq!(refused(alex.requests(TOOLS).because("Work.").await).code(), "no_approver");
        let group = world.makes_group("Others at work").await;
        let asked = stage([Approver::Sponsors]).fallback([Approver::from(&bianca)]);
        world.offers(Offer::new("With fallback", group, [asked])).await;
        let request = alex.requests("With fallback").because("Work.").await.unwrap();
        assert!(bianca.sees_in_inbox(request).await);
        bianca.approves(request, "Fine.").await.unwrap();
    }

    async fn a_disabled_sponsor_is_nobody(test: TestDb) {
        let world = World::demo(test).await;
        let [nils, dmitri, morgan] = world.people(["nils.partner", "dmitri", "morgan"]).await;
        offered(&world, &[]).await;
        morgan.disables(&dmitri).await.unwrap();
        assert_eq!(refused(nils.requests(TOOLS).because("Work.").await).code(), "no_approver");
    }

    async fn sponsors_as_they_are_when_it_is_decided_decide_and_nobody_else(test: TestDb) {
        let world = World::demo(test).await;
        let [nils, dmitri, helga, morgan] = world.people(["nils.partner", "dmitri", "helga", "morgan"]).await;
        offered(&world, &[]).await;
        let request = nils.requests(TOOLS).because("The joint offer.").await.unwrap();
        assert_eq!(refused(helga.approves(request, "Mine.").await).code(), "not_found");
        assert!(dmitri.sees_in_inbox(request).await && !helga.sees_in_inbox(request).await);
        let asked = dmitri.sees_approval(request).await.unwrap().plan.remove(0).people.remove(0);
        assert_eq!((asked.name.as_str(), asked.under.as_str()), ("Dmitri", "a sponsor"));
        morgan.edits(&nils, |fields| fields.sponsors = vec![helga.id]).await.unwrap();
        assert!(!dmitri.sees_in_inbox(request).await && helga.sees_in_inbox(request).await);
        assert_eq!(refused(dmitri.approves(request, "Late.").await), Refusal::NotAnApprover);
        helga.approves(request, "I know him.").await.unwrap();
        world.settle().await;
        assert!(nils.holds("Guests at work").await);
        world.is_whole(&[&nils]).await;
    }

    async fn sponsors_are_others_known_and_few_and_the_history_names_them(test: TestDb) {
        let world = World::demo(test).await;
        let [nils, dmitri, helga, morgan] = world.people(["nils.partner", "dmitri", "helga", "morgan"]).await;
        let six = world.people(["alex", "carla", "jonas", "yuki", "tomas", "fatima"]).await;
        let sponsored = |ids: Vec<UserId>| morgan.edits(&nils, |fields| fields.sponsors = ids);
        for wrong in [vec![nils.id], six.iter().map(|one| one.id).collect(), vec![UserId(world.new_id())]] {
            assert_eq!(refused(sponsored(wrong).await).field(), Some("sponsors"));
        }
        sponsored(vec![helga.id, dmitri.id, helga.id]).await.unwrap();
        let page = morgan.asks(query::User { user: nils.id }).await.unwrap();
        assert_eq!(page.sponsors.iter().map(|who| who.name.as_str()).collect::<Vec<_>>(), ["Dmitri", "Helga"]);
        let history = world.history_about(nils.id.0).await;
        let changed = history.iter().find_map(|event| match &event.action {
            Action::UserChanged { changes, .. } => Some(changes[0].clone()),
            _ => None,
        });
        let changed = changed.unwrap();
        assert_eq!((changed.field.as_str(), changed.before.as_str(), changed.after.as_str()), ("Sponsors", "Dmitri", "Dmitri, Helga"));
    }
}
