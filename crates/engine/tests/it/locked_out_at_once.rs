//! Two changes of the same moment, each of which would be allowed alone, and which together would leave nobody who administrates
//! the highest roles, could activate them, approve that, or sign in: whichever comes second is refused, also when it comes later.

use crate::authentication_contexts::asked as context_form;
use crate::given::GROUP;
use crate::privileged::{asks, eligible, finds, of, sets};
use crate::providers::asked as provider_form;
use engine::{By, Engine, Problem};
use model::access::AssignmentType;
use model::answering::{Answering, AskedWebhook, Moment, Silence};
use model::approval::Approver;
use model::authentication_context::SaveAuthenticationContext;
use model::command::{Command, Done, Secret};
use model::directory::{PortalRole, Principal};
use model::proof::{SignInMethod, Strength};
use model::provider::{Joining, SaveProvider};
use model::role_settings::{Privileged, PrivilegedKind, Proof, RoleSettings};
use model::view::my_roles::Tab;
use model::webhook::SaveWebhook;
use model::{AuthenticationContextId, PasskeyId, ProviderId, WebhookId, query};
use store::proofs::Passkey;
use store::{proofs, providers, users};
use testkit::{Person, World, both};

const ROLE: PortalRole = PortalRole::PrivilegedRoleAdministrator;
/// How often the same two meet, so that now the one and now the other is faster.
const ROUNDS: usize = 8;
/// An address for which browsers take no passkeys.
const PLAIN: &str = "https://192.0.2.1";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const LAST_ADMINISTRATOR: &str = "last_administrator";
const LAST_OWNER: &str = "last_owner";
const CLOSED: &str = "nobody_could_activate";
const OUT_OF_REACH: &str = "nobody_could_reach";
const NOBODY_SIGNS_IN: &str = "nobody_could_sign_in";
/// Settings that ask people who are not there say so before anything else.
const UNDECIDED: &str = "policy_never_decided";

type Tried = Result<Done, Problem>;

/// Both at the same moment, and in every second round the other one begins.
async fn at_once(engine: &Engine, by: &By, round: usize, [one, two]: [Command; 2]) -> [Tried; 2] {
    let submits = |command: Command| {
        let (engine, by) = (engine.clone(), by.clone());
        tokio::spawn(async move { engine.submit(&by, command).await })
    };
    if round.is_multiple_of(2) {
        let (one, two) = (submits(one), submits(two));
        [one.await.unwrap(), two.await.unwrap()]
    } else {
        let (two, one) = (submits(two), submits(one));
        [one.await.unwrap(), two.await.unwrap()]
    }
}

/// Which of the two was done. The other one is refused, for one of the reasons that are its own.
fn done_alone(tried: [Tried; 2], codes: [&[&str]; 2]) -> usize {
    let (done, refusal) = match tried {
        [Ok(_), Err(Problem::Refused(refusal))] => (0, refusal),
        [Err(Problem::Refused(refusal)), Ok(_)] => (1, refusal),
        tried => panic!("one of them is done, and one is refused: {tried:?}"),
    };
    assert!(codes[1 - done].contains(&refusal.code()), "{refusal:?}");
    done
}

/// The same of what somebody does on the server's command line, whom nobody can take away meanwhile.
async fn one_is_refused(engine: &Engine, round: usize, commands: [Command; 2], codes: [&[&str]; 2]) -> usize {
    done_alone(at_once(engine, &By::Console, round, commands).await, codes)
}

fn switches(who: &Person, enabled: bool) -> Command {
    Command::SetUserEnabled { user: who.id, enabled }
}

fn administrates(who: &Person) -> Command {
    let role = of(PortalRole::GlobalAdministrator);
    Command::AssignRole(asks(role, Principal::User(who.id), AssignmentType::Active, None))
}

/// What they have of the role as `by` sees it ends.
async fn ends(by: &Person, role: Privileged, tab: Tab, who: &Person) -> Command {
    Command::EndRoleAssignment { assignment: finds(by, role, tab, who).await, words: "Not needed.".into() }
}

/// The form of the role's settings as it is now, changed.
async fn form(by: &Person, change: impl FnOnce(&mut RoleSettings)) -> Command {
    let shown = by.asks(query::RoleSettings { role: of(ROLE) }).await.unwrap();
    let (version, mut settings) = (shown.version, shown.settings);
    change(&mut settings);
    Command::EditRoleSettings { role: of(ROLE), version, settings: Box::new(settings), seen_breaking: 0 }
}

/// The same of what all directory roles inherit.
async fn template(by: &Person, change: impl FnOnce(&mut RoleSettings)) -> Command {
    let kind = PrivilegedKind::DirectoryRole;
    let shown = by.asks(query::RoleTemplate { kind }).await.unwrap();
    let (version, mut settings) = (shown.version, shown.settings);
    change(&mut settings);
    Command::EditRoleTemplate { kind, version, settings: Box::new(settings), seen_breaking: 0 }
}

fn asks_only(approvers: Vec<Approver>) -> impl FnOnce(&mut RoleSettings) {
    move |settings| {
        settings.approval_required = true;
        settings.stages = vec![RoleSettings::default_stage(approvers)];
    }
}

fn asks_nobody(settings: &mut RoleSettings) {
    settings.approval_required = false;
    settings.stages = Vec::new();
}

fn uses(provider: ProviderId, enabled: bool) -> Command {
    Command::SetProviderEnabled { provider, enabled }
}

/// A provider whose word is as good as a passkey.
async fn makes_provider(world: &World, name: &str) -> ProviderId {
    let form = SaveProvider { passkey: "phr".into(), ..provider_form(name, Joining::Bound) };
    match world.console(Command::SaveProvider(form)).await {
        Done::ProviderSaved { provider, .. } => provider,
        done => panic!("{done:?}"),
    }
}

/// The form of a provider as it is now, with other words for a passkey.
async fn vouches(world: &World, (provider, name): (ProviderId, &str), passkey: &str) -> Command {
    let mut link = world.db().read().await.unwrap();
    let version = providers::get(&mut link, provider).await.unwrap().unwrap().provider.version;
    let form = provider_form(name, Joining::Bound);
    Command::SaveProvider(SaveProvider { provider: Some(provider), version, passkey: passkey.into(), ..form })
}

fn context(context: Option<AuthenticationContextId>, version: i64, strength: Strength) -> Command {
    Command::SaveAuthenticationContext(SaveAuthenticationContext { context, version, ..context_form(strength, 15) })
}

fn roster(webhook: Option<WebhookId>, version: i64, silence: Silence) -> Command {
    Command::SaveWebhook(SaveWebhook {
        webhook,
        version,
        name: "Duty roster".into(),
        url: "https://roster.example/asks".into(),
        kinds: Default::default(),
        answering: Some(Answering { minutes: 30, silence }),
        secret: webhook.is_none().then(|| Secret(SECRET.into())),
    })
}

/// They sign in with a password from now on; which one matters to nobody.
async fn gets_password(world: &World, who: &Person) {
    let mut link = world.db().begin().await.unwrap();
    users::set_password_hash(&mut link, who.id, "the hash of a password").await.unwrap();
    link.commit().await.unwrap();
}

fn loses_password(who: &Person) -> Command {
    let (method, words) = (SignInMethod::Password, "It stood on a note.".into());
    Command::TakeMethodAway { user: who.id, method, passkey: None, words }
}

async fn gets_passkey(world: &World, who: &Person) -> PasskeyId {
    let (id, created_at) = (PasskeyId(world.new_id()), world.now());
    let credential_id = id.to_string().into_bytes();
    let (stored, name) = ("{}".into(), "Key".into());
    let passkey = Passkey { id, user_id: who.id, credential_id, stored, name, created_at, used_at: None };
    let mut link = world.db().begin().await.unwrap();
    proofs::insert_passkey(&mut link, &passkey).await.unwrap();
    link.commit().await.unwrap();
    id
}

both! {
    async fn of_two_administrators_whose_assignments_end_at_the_same_moment_one_stays(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, noor, brandon] = world.people(["morgan", "noor", "brandon"]).await;
        let (engine, role) = (world.engine(), of(PortalRole::GlobalAdministrator));
        world.console(administrates(&noor)).await;
        for round in 0..ROUNDS {
            let commands = [ends(&brandon, role, Tab::Active, &morgan).await, ends(&brandon, role, Tab::Active, &noor).await];
            let done = one_is_refused(&engine, round, commands, [&[LAST_ADMINISTRATOR], &[LAST_ADMINISTRATOR]]).await;
            world.console(administrates([&morgan, &noor][done])).await;
        }
        world.history_is_sound().await;
    }

    async fn an_administrator_is_not_disabled_while_the_other_leaves_the_group_that_gives_the_role(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, noor] = world.people(["morgan", "noor"]).await;
        let (engine, group) = (world.engine(), world.group(GROUP).await);
        world.adds(group, &noor).await;
        for round in 0..ROUNDS {
            let leaves = Command::RemoveMember { group, principal: Principal::User(noor.id), as_owner: false };
            let commands = [switches(&morgan, false), leaves];
            if one_is_refused(&engine, round, commands, [&[LAST_ADMINISTRATOR], &[LAST_ADMINISTRATOR]]).await == 0 {
                world.console(switches(&morgan, true)).await;
            } else {
                world.adds(group, &noor).await;
            }
        }
    }

    async fn of_the_last_two_who_could_activate_one_stays_whether_disabled_or_no_longer_eligible(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee, bianca] = world.people(["morgan", "lee", "bianca"]).await;
        let (engine, otto) = (world.engine(), world.hires("otto").await);
        for person in [&lee, &bianca, &otto] {
            eligible(&morgan, person, of(ROLE), None).await;
        }
        // Lee decides about the others, and nobody about Lee.
        sets(&morgan, of(ROLE), asks_only(vec![Approver::User { id: lee.id }])).await.unwrap();
        for round in 0..ROUNDS {
            let commands = [ends(&morgan, of(ROLE), Tab::Eligible, &bianca).await, switches(&otto, false)];
            if one_is_refused(&engine, round, commands, [&[CLOSED], &[CLOSED]]).await == 0 {
                eligible(&morgan, &bianca, of(ROLE), None).await;
            } else {
                world.console(switches(&otto, true)).await;
            }
        }
    }

    async fn of_the_last_two_who_approve_one_stays_whether_named_or_in_a_group(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee, helga] = world.people(["morgan", "lee", "helga"]).await;
        let (engine, otto) = (world.engine(), world.hires("otto").await);
        let group = world.makes_group("Duty officers").await;
        world.adds(group, &helga).await;
        eligible(&morgan, &lee, of(ROLE), None).await;
        let approvers = vec![Approver::Group { id: group }, Approver::User { id: otto.id }];
        sets(&morgan, of(ROLE), asks_only(approvers)).await.unwrap();
        for round in 0..ROUNDS {
            let leaves = Command::RemoveMember { group, principal: Principal::User(helga.id), as_owner: false };
            if one_is_refused(&engine, round, [leaves, switches(&otto, false)], [&[CLOSED], &[CLOSED]]).await == 0 {
                world.adds(group, &helga).await;
            } else {
                world.console(switches(&otto, true)).await;
            }
        }
    }

    async fn whom_settings_begin_to_ask_alone_is_not_disabled_at_the_same_moment(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee, helga] = world.people(["morgan", "lee", "helga"]).await;
        let engine = world.engine();
        eligible(&morgan, &lee, of(ROLE), None).await;
        for round in 0..ROUNDS {
            let asks_helga = form(&morgan, asks_only(vec![Approver::User { id: helga.id }])).await;
            let commands = [asks_helga, switches(&helga, false)];
            if one_is_refused(&engine, round, commands, [&[UNDECIDED], &[CLOSED]]).await == 0 {
                world.console(form(&morgan, asks_nobody).await).await;
            } else {
                world.console(switches(&helga, true)).await;
            }
        }
    }

    async fn whom_a_template_begins_to_ask_alone_is_not_disabled_at_the_same_moment(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee, helga] = world.people(["morgan", "lee", "helga"]).await;
        let engine = world.engine();
        eligible(&morgan, &lee, of(ROLE), None).await;
        for round in 0..ROUNDS {
            let asks_helga = template(&morgan, asks_only(vec![Approver::User { id: helga.id }])).await;
            let commands = [asks_helga, switches(&helga, false)];
            if one_is_refused(&engine, round, commands, [&[UNDECIDED, CLOSED], &[CLOSED]]).await == 0 {
                world.console(template(&morgan, asks_nobody).await).await;
            } else {
                world.console(switches(&helga, true)).await;
            }
        }
    }

    async fn of_two_providers_that_alone_vouch_for_what_is_demanded_one_stays(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee] = world.people(["morgan", "lee"]).await;
        let plain = world.server_at(PLAIN);
        eligible(&morgan, &lee, of(ROLE), None).await;
        let one = makes_provider(&world, "Harbour").await;
        let mut two = makes_provider(&world, "Quay").await;
        sets(&morgan, of(ROLE), |settings| settings.activation_proof = Proof::Passkey { minutes: 15 }).await.unwrap();
        // The second one is switched off, is deleted, or vouches for less; each of these begins first and second.
        for round in 0..12 {
            let goes = match round % 3 {
                0 => uses(two, false),
                1 => Command::DeleteProvider { provider: two, seen: 0 },
                _ => vouches(&world, (two, "Quay"), "").await,
            };
            let done = one_is_refused(&plain, round, [uses(one, false), goes], [&[OUT_OF_REACH], &[OUT_OF_REACH]]).await;
            match (done, round % 3) {
                (0, _) => drop(world.console(uses(one, true)).await),
                (_, 0) => drop(world.console(uses(two, true)).await),
                (_, 1) => two = makes_provider(&world, "Quay").await,
                _ => drop(world.console(vouches(&world, (two, "Quay"), "phr").await).await),
            }
        }
    }

    async fn a_proof_is_not_demanded_while_the_only_provider_that_gives_it_is_switched_off(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee] = world.people(["morgan", "lee"]).await;
        let plain = world.server_at(PLAIN);
        eligible(&morgan, &lee, of(ROLE), None).await;
        let provider = makes_provider(&world, "Harbour").await;
        for round in 0..ROUNDS {
            let demands = form(&morgan, |settings| settings.activation_proof = Proof::Passkey { minutes: 15 }).await;
            if one_is_refused(&plain, round, [demands, uses(provider, false)], [&[CLOSED], &[OUT_OF_REACH]]).await == 0 {
                world.console(form(&morgan, |settings| settings.activation_proof = Proof::Session).await).await;
            } else {
                world.console(uses(provider, true)).await;
            }
        }
    }

    async fn a_context_does_not_begin_to_demand_what_nobody_can_prove_while_settings_begin_to_name_it(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee] = world.people(["morgan", "lee"]).await;
        let plain = world.server_at(PLAIN);
        eligible(&morgan, &lee, of(ROLE), None).await;
        world.console(context(None, 0, Strength::Multifactor)).await;
        for round in 0..ROUNDS {
            let there = morgan.asks(query::AuthenticationContexts {}).await.unwrap().rows.remove(0).context;
            let names = form(&morgan, |settings| settings.activation_proof = Proof::Context { context: there.id }).await;
            let demands = context(Some(there.id), there.version, Strength::Passkey);
            if one_is_refused(&plain, round, [names, demands], [&[CLOSED], &[CLOSED]]).await == 0 {
                world.console(form(&morgan, |settings| settings.activation_proof = Proof::Session).await).await;
            } else {
                world.console(context(Some(there.id), there.version + 1, Strength::Multifactor)).await;
            }
        }
    }

    async fn the_silence_of_a_webhook_does_not_begin_to_deny_while_settings_begin_to_ask_it(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, lee] = world.people(["morgan", "lee"]).await;
        let engine = world.engine();
        eligible(&morgan, &lee, of(ROLE), None).await;
        let done = world.console(roster(None, 0, Silence::GoesOn)).await;
        let Done::WebhookSaved { webhook, .. } = done else { panic!("{done:?}") };
        let mut version = 1;
        for round in 0..ROUNDS {
            let asked = Some(AskedWebhook { webhook, moment: Moment::Submitted });
            let names = form(&morgan, |settings| settings.asks = asked).await;
            let denies = roster(Some(webhook), version, Silence::Denies);
            if one_is_refused(&engine, round, [names, denies], [&[CLOSED], &[CLOSED]]).await == 0 {
                world.console(form(&morgan, |settings| settings.asks = None).await).await;
            } else {
                world.console(roster(Some(webhook), version + 1, Silence::GoesOn)).await;
                version += 2;
            }
        }
    }

    async fn of_two_owners_who_go_at_the_same_moment_by_different_doors_one_stays(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, alex, lee] = world.people(["morgan", "alex", "lee"]).await;
        let (engine, group) = (world.engine(), world.makes_role_assignable("Keepers").await);
        let role = Privileged::GroupOwner(group);
        let owns = |who: &Person| Command::AddMember { group, principal: Principal::User(who.id), as_owner: true };
        for who in [&alex, &lee] {
            world.console(owns(who)).await;
        }
        world.console(Command::SetPrivilegedAccess { group, enabled: true }).await;
        for round in 0..ROUNDS {
            let leaves = Command::RemoveMember { group, principal: Principal::User(lee.id), as_owner: true };
            let commands = [ends(&morgan, role, Tab::Active, &alex).await, leaves];
            let done = one_is_refused(&engine, round, commands, [&[LAST_OWNER], &[LAST_OWNER]]).await;
            world.console(owns([&alex, &lee][done])).await;
        }
    }

    async fn of_two_administrators_who_have_only_a_password_one_keeps_it(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, noor] = world.people(["morgan", "noor"]).await;
        let engine = world.server_that_is_no_demo();
        world.console(administrates(&noor)).await;
        for who in [&morgan, &noor] {
            gets_password(&world, who).await;
        }
        for round in 0..ROUNDS {
            let commands = [loses_password(&morgan), loses_password(&noor)];
            let done = one_is_refused(&engine, round, commands, [&[NOBODY_SIGNS_IN], &[NOBODY_SIGNS_IN]]).await;
            gets_password(&world, [&morgan, &noor][done]).await;
        }
    }

    async fn who_has_no_way_in_is_not_left_as_the_only_administrator_in_whatever_order(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, noor] = world.people(["morgan", "noor"]).await;
        let (engine, role) = (world.server_that_is_no_demo(), of(PortalRole::GlobalAdministrator));
        world.console(administrates(&noor)).await;
        gets_password(&world, &noor).await;
        for goes in [switches(&noor, false), ends(&morgan, role, Tab::Active, &noor).await, loses_password(&noor)] {
            let tried = engine.submit(&By::Console, goes).await;
            assert!(matches!(&tried, Err(Problem::Refused(refusal)) if refusal.code() == NOBODY_SIGNS_IN), "{tried:?}");
        }
        gets_password(&world, &morgan).await;
        engine.submit(&By::Console, switches(&noor, false)).await.unwrap();
    }

    async fn the_provider_of_one_administrator_and_the_password_of_the_other_do_not_go_at_the_same_moment(test: TestDb) {
        let world = World::demo(test).await;
        let [morgan, noor] = world.people(["morgan", "noor"]).await;
        let engine = world.server_that_is_no_demo();
        world.console(administrates(&noor)).await;
        gets_password(&world, &morgan).await;
        let provider = makes_provider(&world, "Harbour").await;
        let mut link = world.db().begin().await.unwrap();
        providers::bind(&mut link, provider, "7", noor.id, "noor@harbour.example", world.now()).await.unwrap();
        link.commit().await.unwrap();
        for round in 0..ROUNDS {
            let commands = [uses(provider, false), loses_password(&morgan)];
            if one_is_refused(&engine, round, commands, [&[NOBODY_SIGNS_IN], &[NOBODY_SIGNS_IN]]).await == 0 {
                world.console(uses(provider, true)).await;
            } else {
                gets_password(&world, &morgan).await;
            }
        }
    }

    async fn of_ones_last_two_passkeys_that_are_removed_in_two_windows_at_the_same_moment_one_stays(test: TestDb) {
        let world = World::demo(test).await;
        let rita = world.hires("rita").await;
        let engine = world.server_that_is_no_demo();
        let mut passkeys = [gets_passkey(&world, &rita).await, gets_passkey(&world, &rita).await];
        let mut who = rita.who().await.unwrap();
        who.proofs.passkey_at = Some(world.now());
        let by = By::Session(who);
        for round in 0..ROUNDS {
            let commands = passkeys.map(|passkey| Command::RemovePasskey { passkey });
            let done = done_alone(at_once(&engine, &by, round, commands).await, [&["last_way_in"], &["last_way_in"]]);
            passkeys[done] = gets_passkey(&world, &rita).await;
        }
    }
}
