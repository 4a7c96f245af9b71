use super::*;
use crate::tests::id;
use model::GroupId;
use model::answering::Moment;

fn refused(kind: PrivilegedKind, settings: &RoleSettings) -> Option<String> {
    check(kind, settings).err().map(|refusal| refusal.field().unwrap_or_default().to_owned())
}

#[test]
fn an_activation_outside_half_an_hour_to_a_day_is_refused_and_not_rounded() {
    for minutes in [0, 29, 45, 24 * 60 + 30] {
        let settings = RoleSettings { activation_max_minutes: minutes, ..RoleSettings::default() };
        assert_eq!(refused(PrivilegedKind::DirectoryRole, &settings).as_deref(), Some("activation_max"), "{minutes}");
    }
    for minutes in [30, 60, 24 * 60] {
        let settings = RoleSettings { activation_max_minutes: minutes, ..RoleSettings::default() };
        assert_eq!(refused(PrivilegedKind::DirectoryRole, &settings), None, "{minutes}");
    }
}

#[test]
fn a_group_that_requires_approval_needs_somebody_named_and_a_directory_role_asks_its_administrators() {
    let settings = RoleSettings { approval_required: true, ..RoleSettings::default() };
    for kind in [PrivilegedKind::GroupMember, PrivilegedKind::GroupOwner] {
        assert_eq!(refused(kind, &settings).as_deref(), Some("stages"));
    }
    let kept = check(PrivilegedKind::DirectoryRole, &settings).unwrap();
    assert_eq!(kept.stages.len(), 1);
    assert!(kept.stages[0].approvers.is_empty(), "whoever administrates later is asked, not who does now");
    assert_eq!(stages(PrivilegedKind::DirectoryRole, &kept)[0].approvers, default_approvers());
    let off = RoleSettings { approval_required: false, ..kept };
    assert!(stages(PrivilegedKind::DirectoryRole, &off).is_empty());
}

#[test]
fn spans_beyond_the_list_patterns_that_are_none_and_stale_proofs_are_refused() {
    let days = |days| RoleSettings { eligible: Longest { permanent: false, days }, ..RoleSettings::default() };
    assert_eq!(refused(PrivilegedKind::DirectoryRole, &days(366)).as_deref(), Some("eligible_days"));
    let pattern = RoleSettings { ticket_pattern: "CHG[0-9".into(), ..RoleSettings::default() };
    assert_eq!(refused(PrivilegedKind::DirectoryRole, &pattern).as_deref(), Some("ticket_pattern"));
    let proof = RoleSettings { activation_proof: Proof::FreshSignIn { minutes: 0 }, ..RoleSettings::default() };
    assert_eq!(refused(PrivilegedKind::DirectoryRole, &proof).as_deref(), Some("fresh_minutes"));
    let asks_nobody = Stage { quorum: 0, ..RoleSettings::default_stage(vec![Approver::Group { id: GroupId::default() }]) };
    let stages = RoleSettings { approval_required: true, stages: vec![asks_nobody], ..RoleSettings::default() };
    assert_eq!(refused(PrivilegedKind::GroupMember, &stages).as_deref(), Some("stages"));
}

#[test]
fn only_directory_roles_ask_their_holders_at_sign_in() {
    let asking = RoleSettings { holder_multifactor: true, ..RoleSettings::default() };
    assert!(check(PrivilegedKind::DirectoryRole, &asking).unwrap().holder_multifactor);
    assert!(!check(PrivilegedKind::GroupMember, &asking).unwrap().holder_multifactor);
    assert!(asks_holders(&overrides(&RoleSettings::default(), &asking)));
    assert!(!asks_holders(&overrides(&asking, &RoleSettings::default())), "it says that it does not");
    assert!(!asks_holders(&overrides(&asking, &asking)), "the template does");
}

#[test]
fn further_recipients_are_addresses_each_once_and_not_a_crowd() {
    let mut settings = RoleSettings::default();
    let field = Some("mails[mail_active_alert][additional]");
    for wrong in ["soc", "soc@", "a@b@c", "a@b.c, d@e.f"] {
        settings.mails.mail_active_alert.additional = vec![wrong.to_owned()];
        assert_eq!(refused(PrivilegedKind::DirectoryRole, &settings).as_deref(), field, "{wrong}");
    }
    settings.mails.mail_active_alert.additional = (0..21).map(|n| format!("soc{n}@harbour.example")).collect();
    assert_eq!(refused(PrivilegedKind::GroupOwner, &settings).as_deref(), field);
    settings.mails.mail_active_alert.additional = ["soc@harbour.example", "", " SOC@harbour.example "].map(str::to_owned).into();
    let kept = check(PrivilegedKind::GroupMember, &settings).unwrap();
    assert_eq!(kept.mails.mail_active_alert.additional, ["soc@harbour.example"]);
    let said =
        changes(&RoleSettings::default(), &kept, |_| String::new(), |_| String::new(), |_| String::new(), |_| String::new());
    assert_eq!(said.len(), 1);
    assert_eq!(
        (said[0].before.as_str(), said[0].after.as_str()),
        ("Default recipients", "Default recipients, soc@harbour.example")
    );
    let inherits = overrides(&RoleSettings::default(), &kept);
    assert_eq!(inherits.keys().collect::<Vec<_>>(), ["mail_active_alert"], "row by row");
    assert_eq!(super::inherited(&RoleSettings::default(), &inherits).unwrap(), kept);
}

#[test]
fn only_what_was_within_the_settings_and_is_no_longer_breaks_them_and_only_when_somebody_assigned_it() {
    let bounds =
        |permanent, days| Bounds { eligible: Longest { permanent, days }, active: Longest { permanent: true, days: 365 } };
    let one = |ends_at: Option<i64>| Assignment {
        id: model::AssignmentId::default(),
        principal: model::directory::Principal::User(crate::tests::user(1)),
        role: model::access::ResourceRole::GroupMember(GroupId::default()),
        assignment_type: AssignmentType::Eligible,
        source: Source::Direct,
        starts_at: Ts(0),
        ends_at: ends_at.map(|days| Ts(0) + Span::days(days)),
        ended_at: None,
    };
    let (forever, year, month) = (bounds(true, 365), bounds(false, 365), bounds(false, 30));
    assert!(breaks(forever, year, &one(None)));
    assert!(!breaks(year, month, &one(None)), "it was outside before");
    assert!(breaks(year, month, &one(Some(90))) && breaks(forever, month, &one(Some(90))));
    assert!(!breaks(year, month, &one(Some(31))), "a day chosen on the form is that day");
    assert!(!breaks(month, forever, &one(None)) && !breaks(forever, forever, &one(None)));
    let packaged = Assignment { source: Source::Package(model::PackageAssignmentId::default()), ..one(None) };
    assert!(!breaks(forever, month, &packaged), "its package bounds it");
    assert!(!breaks(forever, month, &Assignment { ended_at: Some(Ts(5)), ..one(None) }), "it is over");
    let active = Assignment { assignment_type: AssignmentType::Active, ..one(None) };
    assert!(!breaks(forever, month, &active), "of the other type");
    assert_eq!(may_save(0, 3), Ok(()));
    assert_eq!(may_save(2, 2), Ok(()));
    assert_eq!(may_save(2, 1), Err(Refusal::SettingsBreak { count: 2 }));
}

#[test]
fn only_what_differs_is_remembered_and_the_template_reaches_the_rest() {
    let template = RoleSettings::default();
    let mine = RoleSettings { activation_max_minutes: 60, approval_required: true, ..template.clone() };
    let kept = overrides(&template, &mine);
    assert_eq!(kept.keys().collect::<Vec<_>>(), ["activation_max_minutes", "approval_required", "stages"]);
    let changed = RoleSettings { activation_ticket: true, activation_max_minutes: 120, ..template };
    let now = inherited(&changed, &kept).unwrap();
    assert!(now.activation_ticket, "the template's new setting arrives");
    assert_eq!((now.activation_max_minutes, now.approval_required), (60, true), "and what was said stays");
}

#[test]
fn whoever_requires_approval_says_by_whom_whatever_the_template_becomes() {
    let stages = vec![RoleSettings::default_stage(vec![Approver::User { id: crate::tests::user(3) }])];
    let asks = RoleSettings { approval_required: true, stages: stages.clone(), ..RoleSettings::default() };
    // The role says that approval is required, by those whom the template names and does not ask.
    let idle = RoleSettings { approval_required: false, ..asks.clone() };
    let kept = overrides(&idle, &asks);
    let now = inherited(&RoleSettings::default(), &kept).unwrap();
    assert!(now.approval_required);
    assert_eq!(now.stages, stages, "the template names nobody any more, and the role still does");
    // What was kept before says only that approval is required.
    let old: Overrides = kept.into_iter().filter(|(name, _)| name == "approval_required").collect();
    let old = inherited(&RoleSettings::default(), &old).unwrap();
    let asked = super::stages(PrivilegedKind::DirectoryRole, &old);
    assert_eq!(asked.iter().flat_map(Stage::named).collect::<Vec<_>>(), default_approvers());
    let nobody = super::stages(PrivilegedKind::GroupMember, &old);
    assert_eq!((nobody.len(), nobody[0].approvers.len()), (1, 0), "nobody is asked, so nobody gets it");
    assert!(super::stages(PrivilegedKind::GroupMember, &RoleSettings::default()).is_empty());
}

#[test]
fn what_a_role_says_itself_stays_its_own_until_it_says_something_else() {
    let hours = |hours: u32| RoleSettings { activation_max_minutes: hours * 60, ..RoleSettings::default() };
    let own = overrides(&hours(8), &hours(1));
    let saved_again = overrides_anew(&own, &hours(1), &RoleSettings { activation_ticket: true, ..hours(1) });
    assert_eq!(
        saved_again.keys().collect::<Vec<_>>(),
        ["activation_max_minutes", "activation_ticket"],
        "the template says it too"
    );
    assert_eq!(inherited(&hours(8), &saved_again).unwrap().activation_max_minutes, 60);
    let given_up = overrides_anew(&own, &hours(8), &hours(8));
    assert!(given_up.is_empty(), "it says what the template says, and said something else");
}

#[test]
fn every_field_has_its_label_and_a_change_says_before_and_after() {
    let all = fields(&RoleSettings::default());
    assert_eq!(all.len(), LABELS.len());
    for (name, _) in LABELS {
        assert!(all.contains_key(name), "{name}");
    }
    let before = RoleSettings::default();
    let after = RoleSettings { eligible: Longest { permanent: false, days: 90 }, activation_max_minutes: 60, ..before.clone() };
    assert_eq!(
        said(&before, &after),
        ["Activation maximum duration: 8 hours → 1 hour", "Expire eligible assignments after: 1 year, or permanent → 3 months"]
    );
    assert!(said(&before, &before).is_empty());
}

/// What changes, with one webhook that is called something.
fn said(before: &RoleSettings, after: &RoleSettings) -> Vec<String> {
    let nothing = |_: &Stage| String::new();
    let changes = changes(before, after, nothing, |_| String::new(), |_| String::new(), |_| "Licences".to_owned());
    changes.into_iter().map(|change| format!("{}: {} → {}", change.field, change.before, change.after)).collect()
}

#[test]
fn the_webhook_that_is_asked_is_inherited_and_an_own_none_beats_the_template() {
    let asks = |moment| Some(AskedWebhook { webhook: WebhookId(id(7)), moment });
    let begin = RoleSettings::default();
    let template = RoleSettings { asks: asks(Moment::Submitted), ..begin.clone() };
    assert_eq!(said(&begin, &template), ["Webhook that is asked: None → Licences. Before the approvals begin"]);
    let later = RoleSettings { asks: asks(Moment::Approved), ..begin.clone() };
    assert_eq!(
        said(&template, &later),
        [
            "Webhook that is asked: Licences. Before the approvals begin → Licences. After the last approval, before it is delivered"
        ]
    );
    let none = overrides(&template, &begin);
    assert_eq!(inherited(&template, &none).unwrap().asks, None);
    assert_eq!(inherited(&template, &Overrides::new()).unwrap().asks, template.asks);
    assert_eq!(asked_webhook(&overrides(&begin, &template)), Some(WebhookId(id(7))));
    assert_eq!((asked_webhook(&none), asked_webhook(&Overrides::new())), (None, None));
}

#[test]
fn what_a_role_demands_itself_is_not_the_templates_also_when_both_say_the_same() {
    let template = RoleSettings { activation_proof: Proof::Multifactor { minutes: 15 }, ..RoleSettings::default() };
    let own = overrides(&RoleSettings::default(), &template);
    assert!(!inherits_proof(&own) && !inherits_proof(&overrides_anew(&own, &template, &template)));
    let longer = RoleSettings { activation_max_minutes: 60, ..RoleSettings::default() };
    assert!(inherits_proof(&overrides(&RoleSettings::default(), &longer)) && inherits_proof(&Overrides::new()));
}
