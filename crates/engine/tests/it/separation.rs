//! Separation of duties: what nobody has together, who says so, and who learns what.

use model::access::ResourceRole;
use model::catalog::{CatalogRole, Holder};
use model::command::{Command, Done};
use model::directory::{PortalRole, Resource};
use model::package::{Lasts, PackageRole};
use model::query;
use model::request::Phase;
use model::separation::Incompatible;
use model::view::approval::Offered;
use model::view::package::Form;
use model::view::separation::Separation;
use model::{GroupId, PackageId, Refusal, RequestId, Span};
use testkit::{Offer, Person, World, both, refused, stage};

const ORDERS: &str = "Place orders";
const PAYS: &str = "Pay invoices";
const EVERYBODY: &str = "Everybody";
const NO_PACKAGE: Refusal = Refusal::NotFound { what: "access package" };

/// Two packages that nobody should have together; Bianca approves the second.
async fn two(world: &World) -> (GroupId, GroupId) {
    let (orders, pays) = (world.makes_group("Buyers").await, world.makes_group("Payers").await);
    let bianca = world.person("bianca").await;
    let later = |offer: Offer| offer.lasting(Lasts::Forever).with(|settings| settings.timeline_allowed = true);
    world.offers(later(Offer::new(ORDERS, orders, []))).await;
    world.offers(later(Offer::new(PAYS, pays, [stage([(&bianca).into()])]))).await;
    (orders, pays)
}

fn package(world: &World, name: &str) -> Incompatible {
    Incompatible::Package(world.package(name))
}

async fn adds(who: &Person, to: &str, with: Incompatible) -> Result<Done, engine::Problem> {
    who.submits(Command::AddIncompatible { package: who.world.package(to), with }).await
}

async fn removes(who: &Person, from: &str, with: Incompatible) -> Result<Done, engine::Problem> {
    who.submits(Command::RemoveIncompatible { package: who.world.package(from), with }).await
}

async fn tab(who: &Person, of: &str) -> Separation {
    who.asks(query::Separation { package: who.world.package(of), search: String::new(), after: None }).await.unwrap()
}

async fn phase(world: &World, request: RequestId) -> Phase {
    let mut link = world.db().read().await.unwrap();
    store::requests::get(&mut link, request).await.unwrap().unwrap().state.phase()
}

/// Brings a package into a catalog of its own, whose owner is returned.
async fn in_a_catalog_of(world: &World, owner: &Person, name: &str) -> PackageId {
    let morgan = world.person("morgan").await;
    let fields = model::catalog::CatalogFields { name: format!("{name} catalog"), description: String::new(), enabled: true };
    let Ok(Done::CatalogSaved { catalog, .. }) = morgan.submits(Command::CreateCatalog(fields)).await else { panic!() };
    morgan.submits(Command::GiveCatalogRole { catalog, holder: Holder::User(owner.id), role: CatalogRole::Owner }).await.unwrap();
    let fields = model::catalog::PackageFields { catalog, name: name.to_owned(), description: String::new(), hidden: true };
    match morgan.submits(Command::CreatePackage { fields, roles: Vec::new() }).await {
        Ok(Done::PackageSaved { package, .. }) => package,
        other => panic!("{other:?}"),
    }
}

async fn appoint(world: &World, who: &Person, of: &str, role: CatalogRole) {
    let morgan = world.person("morgan").await;
    let catalog = morgan.asks(query::AdminPackage { package: world.package(of) }).await.unwrap().catalog;
    morgan.submits(Command::GiveCatalogRole { catalog, holder: Holder::User(who.id), role }).await.unwrap();
}

both! {
    async fn whoever_does_not_manage_both_sides_sets_nothing_and_learns_nothing(test: TestDb) {
        let world = World::demo(test).await;
        let (buyers, _) = two(&world).await;
        let [alex, noor, viktor, lena] = world.people(["alex", "noor", "viktor", "lena"]).await;
        let pays = package(&world, PAYS);
        let secret = in_a_catalog_of(&world, &lena, "Secret").await;
        for outsider in [&alex, &lena] {
            assert_eq!(refused(adds(outsider, ORDERS, pays).await), NO_PACKAGE);
            assert_eq!(refused(removes(outsider, ORDERS, pays).await), NO_PACKAGE);
            let query = query::Separation { package: world.package(ORDERS), search: String::new(), after: None };
            assert_eq!(refused(outsider.asks(query).await), NO_PACKAGE);
            let query = query::ExportedOverlaps { package: world.package(ORDERS), after: None };
            assert_eq!(refused(outsider.asks(query).await), NO_PACKAGE);
        }
        appoint(&world, &noor, ORDERS, CatalogRole::Reader).await;
        assert_eq!(refused(adds(&noor, ORDERS, pays).await).code(), "not_allowed");
        appoint(&world, &viktor, ORDERS, CatalogRole::PackageManager).await;
        let unknown = Incompatible::Package(PackageId(world.new_id()));
        assert_eq!(refused(adds(&viktor, ORDERS, Incompatible::Package(secret)).await), NO_PACKAGE);
        assert_eq!(refused(adds(&viktor, ORDERS, unknown).await), NO_PACKAGE, "the same words");
        assert_eq!(refused(adds(&viktor, ORDERS, Incompatible::Group(buyers)).await), Refusal::NotFound { what: "group" });
        assert_eq!(refused(adds(&viktor, ORDERS, package(&world, ORDERS)).await), Refusal::OwnIncompatible);
        let offered = tab(&viktor, ORDERS).await.offered;
        assert!(offered.iter().any(|choice| choice.id == pays.to_string()));
        assert!(offered.iter().all(|choice| choice.id != Incompatible::Package(secret).to_string()));
        adds(&viktor, ORDERS, pays).await.unwrap();

        // Set by somebody who manages both, the other catalog's package stays unnamed to those who do not see it.
        let morgan = world.person("morgan").await;
        adds(&morgan, ORDERS, Incompatible::Package(secret)).await.unwrap();
        let seen = tab(&viktor, ORDERS).await;
        let row = seen.rows.iter().find(|row| row.key == Incompatible::Package(secret).to_string()).unwrap();
        assert_eq!((row.what.name.as_str(), row.removable, &row.what.href), ("A package of another catalog", false, &None));
        assert_eq!(refused(removes(&viktor, ORDERS, Incompatible::Package(secret)).await), NO_PACKAGE);
        let codes: Vec<_> = world.history_about(secret.0).await.iter().map(|event| event.action.code()).collect();
        assert!(codes.contains(&"incompatibility_added"), "{codes:?}");
    }

    async fn a_pair_is_stored_once_and_shown_and_removed_on_both_sides(test: TestDb) {
        let world = World::demo(test).await;
        let (buyers, payers) = two(&world).await;
        let morgan = world.person("morgan").await;
        adds(&morgan, ORDERS, package(&world, PAYS)).await.unwrap();
        assert_eq!(refused(adds(&morgan, ORDERS, package(&world, PAYS)).await).code(), "already_incompatible");
        assert_eq!(refused(adds(&morgan, PAYS, package(&world, ORDERS)).await).code(), "already_incompatible");
        let (here, there) = (tab(&morgan, ORDERS).await, tab(&morgan, PAYS).await);
        assert_eq!((here.rows[0].what.name.as_str(), here.rows[0].set.as_str()), (PAYS, "Here"));
        assert_eq!((there.rows[0].what.name.as_str(), there.rows[0].set.as_str()), (ORDERS, "On the other package"));
        assert!(there.rows[0].removable);
        assert!(here.offered.iter().all(|choice| choice.id != here.rows[0].key), "what is there is not offered");
        removes(&morgan, PAYS, package(&world, ORDERS)).await.unwrap();
        assert!(tab(&morgan, ORDERS).await.rows.is_empty());
        assert_eq!(refused(removes(&morgan, PAYS, package(&world, ORDERS)).await).code(), "not_found");

        // What gives a group is not kept apart from it, and what is kept apart from it does not give it.
        let refusal = refused(adds(&morgan, ORDERS, Incompatible::Group(buyers)).await);
        assert!(refusal.sentence().contains("members of “Buyers”"), "{}", refusal.sentence());
        assert_eq!(refusal.field(), Some("with"));
        adds(&morgan, ORDERS, Incompatible::Group(payers)).await.unwrap();
        let catalog = morgan.asks(query::AdminPackage { package: world.package(ORDERS) }).await.unwrap().catalog;
        drop(morgan.submits(Command::AddCatalogResource { catalog, resource: Resource::Group(payers) }).await);
        let role = PackageRole {
            role: ResourceRole::GroupMember(payers),
            assignment_type: model::access::AssignmentType::Active,
        };
        let refusal = refused(morgan.submits(Command::AddPackageRole { package: world.package(ORDERS), role }).await);
        assert!(refusal.sentence().contains("members of “Payers”"), "{}", refusal.sentence());

        adds(&morgan, ORDERS, package(&world, PAYS)).await.unwrap();
        morgan.submits(Command::DeletePackage { package: world.package(ORDERS) }).await.unwrap();
        assert!(tab(&morgan, PAYS).await.rows.is_empty(), "a deleted package keeps nothing apart");
    }

    async fn what_is_incompatible_cannot_be_requested_from_either_side_until_the_other_is_given_back(test: TestDb) {
        let world = World::demo(test).await;
        two(&world).await;
        let [morgan, emma, hugo, bianca] = world.people(["morgan", "emma", "hugo", "bianca"]).await;
        adds(&morgan, ORDERS, package(&world, PAYS)).await.unwrap();
        emma.requests(ORDERS).because("I buy.").await.unwrap();
        let paying = hugo.requests(PAYS).because("I pay.").await.unwrap();
        bianca.approves(paying, "Yes.").await.unwrap();
        world.settle().await;

        let told = "You hold “Place orders”, which is incompatible with “Pay invoices”: nobody may have both. Give “Place orders” back first, then request “Pay invoices”.";
        let refusal = refused(emma.requests(PAYS).because("I pay too.").await);
        assert_eq!((refusal.code(), refusal.sentence().as_str()), ("incompatible", told));
        assert!(refusal.link().is_some());
        let Form::Closed { why } = emma.sees_package(PAYS).await.unwrap().form else { panic!("the form is closed") };
        assert_eq!(why.sentence, told);
        assert_eq!(refused(hugo.requests(ORDERS).because("I buy too.").await).code(), "incompatible", "the other way round");
        let could = query::WhoCould { package: world.package(PAYS), search: String::new(), person: Some(emma.id) };
        assert_eq!(morgan.asks(could).await.unwrap().could.unwrap().told.as_deref(), Some(told));

        let held = morgan.finds_assignment(ORDERS, &emma).await;
        emma.ends(held, "").await.unwrap();
        emma.requests(PAYS).because("I pay now.").await.unwrap();
    }

    async fn an_approver_sees_the_finding_and_can_deny_but_not_approve(test: TestDb) {
        let world = World::demo(test).await;
        two(&world).await;
        let [morgan, emma, bianca] = world.people(["morgan", "emma", "bianca"]).await;
        let request = emma.requests(PAYS).because("I pay.").await.unwrap();
        emma.requests(ORDERS).because("I buy.").await.unwrap();
        world.settle().await;
        assert_eq!(bianca.sees_approval(request).await.unwrap().in_the_way, None);
        adds(&morgan, PAYS, package(&world, ORDERS)).await.unwrap();
        let page = bianca.sees_approval(request).await.unwrap();
        let finding = page.in_the_way.unwrap();
        assert!(finding.starts_with("Emma holds “Place orders”, which is incompatible with “Pay invoices”"), "{finding}");
        assert!(matches!(page.decision, Offered::Yes { .. }));
        let refusal = refused(bianca.approves(request, "Fine.").await);
        assert_eq!(refusal.sentence(), finding);
        assert_eq!(phase(&world, request).await, Phase::PendingApproval);
        let held = morgan.finds_assignment(ORDERS, &emma).await;
        emma.ends(held, "").await.unwrap();
        assert_eq!(bianca.sees_approval(request).await.unwrap().in_the_way, None);
        bianca.approves(request, "Fine.").await.unwrap();

        let again = world.person("hugo").await;
        let request = again.requests(PAYS).because("I pay.").await.unwrap();
        again.requests(ORDERS).because("I buy.").await.unwrap();
        world.settle().await;
        assert_eq!(refused(bianca.approves(request, "Fine.").await).code(), "incompatible");
        bianca.denies(request, "No.").await.unwrap();
        assert_eq!(phase(&world, request).await, Phase::Denied);
    }

    async fn who_approves_learns_no_name_of_what_is_none_of_their_business(test: TestDb) {
        let world = World::demo(test).await;
        let (_, _) = two(&world).await;
        let [morgan, emma, bianca, lena] = world.people(["morgan", "emma", "bianca", "lena"]).await;
        let group = world.makes_group("Merger people").await;
        world.offers(Offer::new("Merger", group, []).lasting(Lasts::Forever).hidden()).await;
        let request = emma.requests(PAYS).because("I pay.").await.unwrap();
        emma.requests("Merger").because("I merge.").await.unwrap();
        world.settle().await;
        adds(&morgan, PAYS, package(&world, "Merger")).await.unwrap();
        let finding = bianca.sees_approval(request).await.unwrap().in_the_way.unwrap();
        assert!(finding.starts_with("Emma has other access, which is incompatible with “Pay invoices”"), "{finding}");
        assert!(!refused(bianca.approves(request, "Fine.").await).sentence().contains("Merger"));
        assert!(refused(emma.requests(PAYS).because("Again.").await).code() == "already_requested");
        emma.cancels(request, "").await.unwrap();
        assert!(refused(emma.requests(PAYS).because("Again.").await).sentence().contains("“Merger”"), "she holds it");

        // Who could? and an assignment say it to somebody who sees only the catalog of the package.
        let elsewhere = in_a_catalog_of(&world, &lena, "Treasury").await;
        adds(&morgan, "Merger", Incompatible::Package(elsewhere)).await.unwrap();
        let policy = model::catalog::PolicyFields {
            name: EVERYBODY.to_owned(),
            enabled: true,
            settings: Offer::new("", group, []).policies[0].1.clone(), seen: None };
        lena.submits(Command::CreatePolicy { package: elsewhere, fields: policy }).await.unwrap();
        let could = query::WhoCould { package: elsewhere, search: String::new(), person: Some(emma.id) };
        let told = lena.asks(could.clone()).await.unwrap().could.unwrap().told.unwrap();
        assert!(told.starts_with("You have other access, which is incompatible"), "{told}");
        let told = morgan.asks(could).await.unwrap().could.unwrap().told.unwrap();
        assert!(told.contains("“Merger”"), "{told}");
    }

    async fn a_manager_gets_nothing_for_a_report_that_excludes_what_the_report_has_and_learns_no_hidden_name(test: TestDb) {
        let world = World::demo(test).await;
        two(&world).await;
        let [morgan, alex, miriam, brandon] = world.people(["morgan", "alex", "miriam", "brandon"]).await;
        let group = world.makes_group("Field people").await;
        let tools = Offer::new("Field tools", group, [stage([(&brandon).into()])]).lasting(Lasts::Forever);
        world.offers(tools.with(|settings| settings.managers_may_request = true)).await;
        let merger = world.makes_group("Merger people").await;
        world.offers(Offer::new("Merger", merger, []).lasting(Lasts::Forever).hidden()).await;
        alex.requests(ORDERS).because("I buy.").await.unwrap();
        alex.requests("Merger").because("I merge.").await.unwrap();
        world.settle().await;

        // What stands there is said as far as the manager may know of it, before and when they ask.
        adds(&morgan, "Field tools", package(&world, "Merger")).await.unwrap();
        let asked = query::ReportPackage { report: alex.id, package: world.package("Field tools") };
        let closed = async || match miriam.asks(asked.clone()).await.unwrap().package.form {
            Form::Closed { why } => why.sentence,
            form => panic!("the form is open: {form:?}"),
        };
        let refusal = refused(miriam.requests_for(&alex, "Field tools").await);
        assert_eq!((refusal.code(), refusal.sentence()), ("incompatible", closed().await));
        assert!(refusal.sentence().starts_with("Alex has other access, which is incompatible"), "{}", refusal.sentence());
        adds(&morgan, "Field tools", package(&world, ORDERS)).await.unwrap();
        let told = closed().await;
        assert!(told.starts_with("Alex holds “Place orders” and has other access") && !told.contains("Merger"), "{told}");
        assert!(miriam.sees_report(&alex).await.unwrap().open.is_empty(), "nothing was requested");

        // Given back, it is in nobody's way; got meanwhile, it is in the approver's, and what the manager asked for waits.
        for held in [ORDERS, "Merger"] {
            let held = morgan.finds_assignment(held, &alex).await;
            alex.ends(held, "").await.unwrap();
        }
        let request = miriam.requests_for(&alex, "Field tools").await.unwrap();
        alex.requests(ORDERS).because("I buy again.").await.unwrap();
        world.settle().await;
        let refusal = refused(brandon.approves(request, "Fine.").await);
        assert!(refusal.sentence().starts_with("Alex holds “Place orders”"), "{}", refusal.sentence());
        assert_eq!(phase(&world, request).await, Phase::PendingApproval);
        let held = morgan.finds_assignment(ORDERS, &alex).await;
        alex.ends(held, "").await.unwrap();
        brandon.approves(request, "Fine.").await.unwrap();
        world.settle().await;
        assert!(alex.holds("Field people").await && !alex.holds("Buyers").await);
    }

    async fn assigning_is_refused_for_everybody_when_one_of_them_has_what_is_incompatible(test: TestDb) {
        let world = World::demo(test).await;
        let (buyers, _) = two(&world).await;
        let [morgan, emma, hugo] = world.people(["morgan", "emma", "hugo"]).await;
        adds(&morgan, PAYS, Incompatible::Group(buyers)).await.unwrap();
        world.adds(buyers, &emma).await;
        let refusal = refused(morgan.assigns(PAYS, EVERYBODY, &[&emma, &hugo]).await);
        assert_eq!(refusal.code(), "not_assigned");
        assert!(refusal.sentence().contains("Emma is a member of “Buyers”, which is incompatible"), "{}", refusal.sentence());
        world.removes(buyers, &emma).await;
        morgan.assigns(PAYS, EVERYBODY, &[&emma, &hugo]).await.unwrap();
    }

    async fn a_package_that_gives_membership_of_a_group_counts_as_the_group(test: TestDb) {
        let world = World::demo(test).await;
        let (buyers, _) = two(&world).await;
        let [morgan, emma, hugo, bianca] = world.people(["morgan", "emma", "hugo", "bianca"]).await;
        let above = world.makes_group("Purchasing").await;
        world.adds(above, buyers).await;
        adds(&morgan, PAYS, Incompatible::Group(above)).await.unwrap();
        let paying = emma.requests(PAYS).because("I pay.").await.unwrap();
        bianca.approves(paying, "Yes.").await.unwrap();
        hugo.requests(ORDERS).because("I buy.").await.unwrap();
        world.settle().await;
        let refusal = refused(emma.requests(ORDERS).because("I buy.").await);
        assert!(refusal.sentence().starts_with("You hold “Pay invoices”"), "{}", refusal.sentence());
        let refusal = refused(hugo.requests(PAYS).because("I pay.").await);
        assert!(refusal.sentence().starts_with("You are a member of “Purchasing”"), "{}", refusal.sentence());
    }

    async fn two_that_are_approved_together_are_not_both_delivered_and_the_second_waits_to_be_reprocessed(test: TestDb) {
        let world = World::demo(test).await;
        two(&world).await;
        let [morgan, emma, bianca] = world.people(["morgan", "emma", "bianca"]).await;
        adds(&morgan, ORDERS, package(&world, PAYS)).await.unwrap();
        let start = Some(world.now() + Span::days(1));
        let paying = emma.requests(PAYS).because("I pay.").from(start).await.unwrap();
        let buying = emma.requests(ORDERS).because("I buy.").from(start).await.unwrap();
        bianca.approves(paying, "Yes.").await.unwrap();
        world.passes(Span::days(1)).await;
        let mut phases = [phase(&world, paying).await, phase(&world, buying).await];
        phases.sort();
        assert_eq!(phases, [Phase::Delivered, Phase::DeliveryFailed]);
        let (failed, other) = if phase(&world, paying).await == Phase::DeliveryFailed { (paying, ORDERS) } else { (buying, PAYS) };
        let refusal = refused(morgan.submits(Command::ReprocessRequest { request: failed }).await);
        assert_eq!(refusal.code(), "incompatible");
        assert!(refusal.sentence().starts_with(&format!("Emma holds “{other}”")), "{}", refusal.sentence());
        let held = morgan.finds_assignment(other, &emma).await;
        morgan.ends(held, "She chose.").await.unwrap();
        morgan.submits(Command::ReprocessRequest { request: failed }).await.unwrap();
        world.settle().await;
        assert_eq!(phase(&world, failed).await, Phase::Delivered);
    }

    async fn what_was_scheduled_fails_when_the_other_is_held_by_then(test: TestDb) {
        let world = World::demo(test).await;
        let (buyers, _) = two(&world).await;
        let [morgan, emma] = world.people(["morgan", "emma"]).await;
        world.offers(Offer::new("Later", buyers, []).with(|settings| settings.timeline_allowed = true)).await;
        let start = world.now() + Span::days(2);
        let later = emma.requests("Later").because("Soon.").from(Some(start)).await.unwrap();
        adds(&morgan, ORDERS, package(&world, "Later")).await.unwrap();
        // What is not held yet stands in nobody's way.
        emma.requests(ORDERS).because("I buy.").await.unwrap();
        world.settle().await;
        world.passes(Span::days(3)).await;
        assert_eq!(phase(&world, later).await, Phase::DeliveryFailed);
        assert!(!emma.packages(model::view::package::Tab::Active).await.iter().any(|row| row.name == "Later"));
        let page = emma.sees_request(later).await.unwrap();
        assert!(!format!("{page:?}").contains(ORDERS), "the reason names nothing");
    }

    async fn present_overlaps_are_kept_listed_counted_once_a_person_paged_and_hinder_an_extension(test: TestDb) {
        let world = World::demo(test).await;
        let (_, payers) = two(&world).await;
        let morgan = world.person("morgan").await;
        let mut all = Vec::new();
        for number in 0..30 {
            let person = world.hires(&format!("buyer{number}")).await;
            person.requests(ORDERS).because("I buy.").await.unwrap();
            world.adds(payers, &person).await;
            all.push(person);
        }
        let group = world.makes_group("Stock people").await;
        let short = Offer::new("Stock", group, []).lasting(Lasts::For { minutes: 7 * 24 * 60 });
        world.offers(short.with(|settings| settings.extension_allowed = true)).await;
        all[0].requests("Stock").because("I count.").await.unwrap();
        world.settle().await;
        adds(&morgan, ORDERS, Incompatible::Group(payers)).await.unwrap();
        adds(&morgan, ORDERS, package(&world, "Stock")).await.unwrap();
        assert!(all[0].holds("Buyers").await && all[0].holds("Stock people").await, "nobody loses anything");
        let seen = tab(&morgan, ORDERS).await;
        assert_eq!((seen.people, seen.overlaps.len(), seen.paging.further), (30, 25, false));
        let after = seen.paging.next.clone();
        assert!(after.is_some());
        let next = query::Separation { package: world.package(ORDERS), search: String::new(), after };
        let next = morgan.asks(next).await.unwrap();
        assert_eq!((next.overlaps.len(), next.paging.next.clone()), (6, None));
        let rows: std::collections::BTreeSet<_> = seen
            .overlaps
            .iter()
            .chain(&next.overlaps)
            .map(|row| (row.who.name.clone(), row.with.name.clone()))
            .collect();
        assert_eq!(rows.len(), 31, "each once, over both pages");
        assert!(rows.contains(&("buyer0".into(), "Stock".into())) && rows.contains(&("buyer0".into(), "Payers".into())));
        let exported = morgan.asks(query::ExportedOverlaps { package: world.package(ORDERS), after: None }).await.unwrap();
        assert_eq!((exported.rows.len(), exported.next), (31, None));
        let there = tab(&morgan, "Stock").await;
        assert_eq!((there.people, there.overlaps[0].with.name.as_str()), (1, ORDERS));
        assert_eq!(refused(all[0].requests("Stock").because("Longer.").await).code(), "incompatible", "no extension of an overlap");

        morgan.disables(&all[1]).await.unwrap();
        assert_eq!(tab(&morgan, ORDERS).await.people, 29, "a disabled person holds nothing");
        world.passes(Span::days(7)).await;
        assert_eq!(tab(&morgan, "Stock").await.people, 0, "it ended");
        let viktor = world.person("viktor").await;
        world.appoints(&viktor, PortalRole::GlobalReader).await;
        let read = tab(&viktor, ORDERS).await;
        assert!(!read.may_edit && read.offered.is_empty() && read.rows.iter().all(|row| !row.removable));
        assert_eq!(read.people, 29);
    }
}
