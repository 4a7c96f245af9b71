use super::*;
use crate::tests::{id, stage, user};
use model::approval::{Approver, Escalation};
use model::package::Lasts;

fn policy(n: u128, scope: Scope) -> Policy {
    let settings = PolicySettings {
        scope,
        stages: vec![stage(1)],
        justification_required: true,
        questions: Vec::new(),
        lasts: Lasts::Forever,
        extension_allowed: false,
        extension_needs_approval: false,
        timeline_allowed: false,
        managers_may_request: false,
        reviews: None,
        asks: None,
    };
    Policy { id: PolicyId(id(n)), name: format!("policy {n}"), enabled: true, settings }
}

fn asker(kind: UserKind, groups: &[u128]) -> Asker {
    Asker { user: user(1), kind, enabled: true, groups: groups.iter().map(|n| GroupId(id(*n))).collect() }
}

fn names(policies: &[Policy], asker: &Asker) -> Vec<String> {
    fitting(policies, asker).into_iter().map(|policy| policy.name.clone()).collect()
}

#[test]
fn somebody_outside_every_scope_gets_the_answer_for_a_package_that_does_not_exist() {
    let policies = [policy(1, Scope::AllMembers), policy(2, Scope::Nobody)];
    let refused = choose(&policies, &asker(UserKind::Guest, &[]), Some(PolicyId(id(1))));
    assert_eq!(refused.err(), Some(Refusal::NotFound { what: "access package" }));
}

#[test]
fn how_a_policy_stands_to_somebody_agrees_with_what_they_may_choose() {
    let named = |group: u128| Scope::Specific { users: Vec::new(), groups: vec![GroupId(id(group))] };
    let mut off = policy(4, Scope::AllUsers);
    off.enabled = false;
    let policies = [policy(1, named(7)), policy(2, Scope::AllMembers), policy(3, named(8)), off, policy(5, Scope::Nobody)];
    let mut gone = asker(UserKind::Member, &[7]);
    gone.enabled = false;
    for (asker, expected) in [
        (gone, [Fit::Outside, Fit::Outside, Fit::Outside, Fit::Disabled, Fit::Outside]),
        (asker(UserKind::Guest, &[]), [Fit::Outside, Fit::Outside, Fit::Outside, Fit::Disabled, Fit::Outside]),
        (asker(UserKind::Member, &[]), [Fit::Outside, Fit::Applies, Fit::Outside, Fit::Disabled, Fit::Outside]),
        (asker(UserKind::Member, &[7]), [Fit::Applies, Fit::Outranked, Fit::Outside, Fit::Disabled, Fit::Outside]),
        (asker(UserKind::Guest, &[7, 8]), [Fit::Applies, Fit::Outside, Fit::Applies, Fit::Disabled, Fit::Outside]),
    ] {
        let fits = fits(&policies, &asker);
        assert_eq!(fits.iter().map(|(_, fit)| *fit).collect::<Vec<_>>(), expected, "{asker:?}");
        let applying: Vec<String> =
            fits.iter().filter(|(_, fit)| *fit == Fit::Applies).map(|(policy, _)| policy.name.clone()).collect();
        assert_eq!(applying, names(&policies, &asker), "{asker:?}");
    }
}

#[test]
fn disabled_people_and_disabled_policies_fit_nothing() {
    let mut off = policy(1, Scope::AllUsers);
    off.enabled = false;
    assert!(names(&[off], &asker(UserKind::Member, &[])).is_empty());
    let mut gone = asker(UserKind::Member, &[]);
    gone.enabled = false;
    assert!(names(&[policy(1, Scope::AllUsers)], &gone).is_empty());
}

#[test]
fn only_the_best_fitting_class_counts() {
    let specific = Scope::Specific { users: vec![], groups: vec![GroupId(id(7))] };
    let policies = [policy(1, Scope::AllUsers), policy(2, Scope::AllMembers), policy(3, specific.clone()), policy(4, specific)];
    assert_eq!(names(&policies, &asker(UserKind::Member, &[7])), ["policy 3", "policy 4"]);
    assert_eq!(names(&policies, &asker(UserKind::Member, &[])), ["policy 2"]);
    assert_eq!(names(&policies, &asker(UserKind::Guest, &[])), ["policy 1"]);
    let refused = choose(&policies, &asker(UserKind::Member, &[7]), None);
    assert_eq!(refused.err(), Some(Refusal::PolicyChoiceNeeded));
    assert_eq!(choose(&policies, &asker(UserKind::Member, &[7]), Some(PolicyId(id(4)))).unwrap().name, "policy 4");
    let wrong = choose(&policies, &asker(UserKind::Member, &[7]), Some(PolicyId(id(2))));
    assert_eq!(wrong.err(), Some(Refusal::PolicyChoiceNeeded), "a policy of a lower class cannot be picked");
}

#[test]
fn regression_17_a_policy_that_makes_no_sense_is_refused_when_it_is_saved() {
    let mut nobody = policy(1, Scope::AllUsers).settings;
    nobody.stages[0].approvers.clear();
    assert!(check_settings(&nobody).is_err());
    let mut late = policy(1, Scope::AllUsers).settings;
    late.stages[0].escalation = Some(Escalation { after_minutes: 100, approvers: vec![Approver::User { id: user(3) }] });
    assert!(check_settings(&late).is_err());
    let mut many = policy(1, Scope::AllUsers).settings;
    many.stages = vec![stage(1); 11];
    assert!(check_settings(&many).is_err());
    assert_eq!(check_settings(&policy(1, Scope::AllUsers).settings), Ok(()));
}

fn fields(change: impl FnOnce(&mut PolicySettings)) -> PolicyFields {
    let mut settings = policy(1, Scope::AllUsers).settings;
    change(&mut settings);
    PolicyFields { name: " Everybody ".into(), enabled: true, settings, seen: None }
}

fn question(answer: AnswerKind) -> Question {
    Question {
        id: model::QuestionId(id(9)),
        text: "Why?".into(),
        hint: Some(" ".into()),
        required: true,
        answer,
        translations: Vec::new(),
    }
}

#[test]
fn a_policy_that_makes_no_sense_is_refused_and_the_refusal_says_where() {
    let pattern = |expression: &str, message: &str| {
        let pattern = Some(Pattern { expression: expression.into(), message: message.into() });
        vec![question(AnswerKind::ShortText { pattern })]
    };
    type Edit = Box<dyn FnOnce(&mut PolicySettings)>;
    let wrong: Vec<(&str, Edit)> = vec![
        ("users", Box::new(|it| it.scope = Scope::Specific { users: vec![], groups: vec![] })),
        ("stages", Box::new(|it| it.stages[0].approvers = vec![Approver::Manager { level: 0 }])),
        ("stages", Box::new(|it| it.stages[0].fallback = vec![Approver::Manager { level: 5 }])),
        ("stages", Box::new(|it| it.stages[0].quorum = QUORUM_MAX + 1)),
        ("stages", Box::new(|it| it.stages[0].escalation = Some(Escalation { after_minutes: 1, approvers: vec![] }))),
        ("questions", Box::new(move |it| it.questions = pattern("CHG(\\d+", "Like CHG1."))),
        ("questions", Box::new(move |it| it.questions = pattern("CHG\\d+", ""))),
        (
            "questions",
            Box::new(|it| it.questions = vec![question(AnswerKind::SingleChoice { choices: vec!["A".into(), " A".into()] })]),
        ),
        ("questions", Box::new(|it| it.questions = vec![question(AnswerKind::YesNo); QUESTIONS_MAX + 1])),
        ("lasts_length", Box::new(|it| it.lasts = Lasts::For { minutes: 0 })),
        ("lasts_until", Box::new(|it| it.lasts = Lasts::Until { at: Ts(5) })),
    ];
    for (field, edit) in wrong {
        assert_eq!(check_policy(&fields(edit), None, Ts(5)).unwrap_err().field(), Some(field));
    }
    let clean = check_policy(
        &fields(|it| {
            it.extension_needs_approval = true;
            it.questions = pattern("CHG\\d+", "Like CHG1.");
        }),
        None,
        Ts(5),
    )
    .unwrap();
    assert_eq!((clean.name.as_str(), clean.settings.questions[0].hint.as_ref()), ("Everybody", None));
    assert!(!clean.settings.extension_needs_approval, "without extension there is nothing to approve");
}

#[test]
fn an_end_that_is_over_stays_in_a_policy_that_is_disabled_and_is_not_set_anew() {
    let over = |at| fields(|it| it.lasts = Lasts::Until { at: Ts(at) });
    let before = Policy { settings: over(5).settings, ..policy(1, Scope::AllUsers) };
    let code =
        |asked: &PolicyFields, before| check_policy(asked, before, Ts(9)).err().and_then(|no| no.field().map(str::to_owned));
    let refused = Some("lasts_until".to_owned());
    let off = |asked: PolicyFields| PolicyFields { enabled: false, ..asked };
    assert_eq!(code(&over(5), Some(&before)), refused, "enabled it gives nobody anything");
    assert_eq!(code(&off(over(6)), Some(&before)), refused, "another end");
    assert_eq!(code(&off(over(5)), None), refused, "a new policy");
    assert_eq!(code(&off(over(5)), Some(&before)), None);
}

#[test]
fn a_policy_for_nobody_covers_those_to_whom_it_was_assigned_when_they_extend_and_nobody_else() {
    let member = asker(UserKind::Member, &[]);
    let nobody = policy(1, Scope::Nobody);
    assert!(lets_extend(&nobody, &member, true) && names(std::slice::from_ref(&nobody), &member).is_empty());
    assert!(!lets_extend(&nobody, &member, false), "whoever asked before the scope was narrowed");
    assert!(!lets_extend(&nobody, &Asker { enabled: false, ..member.clone() }, true), "nobody who is disabled asks");
    assert!(!lets_extend(&Policy { enabled: false, ..nobody }, &member, true));
    let group = Scope::Specific { users: vec![], groups: vec![GroupId(id(7))] };
    let by_rule = Scope::Automatic { rule: String::new(), grace_minutes: 0 };
    for assigned in [true, false] {
        assert!(!lets_extend(&policy(1, group.clone()), &member, assigned));
        assert!(!lets_extend(&policy(1, by_rule.clone()), &member, assigned), "it ends when the rule no longer matches");
        assert!(lets_extend(&policy(1, Scope::AllMembers), &member, assigned));
    }
}

#[test]
fn a_policy_that_nobody_could_ever_decide_is_refused() {
    let with = |approvers: Vec<Approver>, quorum| Stage { approvers, quorum, ..stage(1) };
    let manager = |level| Approver::Manager { level };
    let named = |people: &[u128]| StagePeople { approvers: people.iter().map(|n| user(*n)).collect(), ..StagePeople::default() };
    let decided = |stages: &[Stage], people: &[StagePeople]| can_ever_be_decided(stages, people).is_ok();
    let person = Approver::User { id: user(1) };
    assert!(!decided(&[with(vec![person], 1)], &[named(&[])]), "the only approver is disabled");
    assert!(!decided(&[with(vec![person], 1), with(vec![person], 1)], &[named(&[1]), named(&[1])]), "one stage a person");
    assert!(!decided(&[with(vec![manager(1)], 2)], &[named(&[])]), "one has one manager");
    assert!(!decided(&[with(vec![manager(1)], 1), with(vec![manager(1)], 1)], &[named(&[]), named(&[])]));
    assert!(decided(&[with(vec![manager(1)], 1), with(vec![manager(2)], 1)], &[named(&[]), named(&[])]));
    assert!(decided(&[with(vec![Approver::Owners], 3)], &[named(&[])]));
    assert!(decided(&[], &[]), "without stages everything is approved");
}

#[test]
fn a_crowd_is_flagged_and_each_of_its_people_counts_once() {
    let people = |from: u128, count: u128| (from..from + count).map(user).collect::<Vec<_>>();
    let most = NOTIFIED_PEOPLE_FLAGGED as u128;
    let asked =
        |approvers, fallback, escalation| crowd(&StagePeople { approvers, fallback, escalation, ..StagePeople::default() });
    assert_eq!(asked(people(1, most), people(1, most), people(1, most)), None, "the same people in every list");
    assert_eq!(asked(people(1, most), people(most + 1, 1), Vec::new()), Some(NOTIFIED_PEOPLE_FLAGGED + 1));
    assert_eq!(
        asked(people(1, 2), Vec::new(), people(1, most + 1)),
        Some(NOTIFIED_PEOPLE_FLAGGED + 1),
        "asked later, all at once"
    );
}

#[test]
fn somebody_who_would_decide_alone_and_may_request_is_named() {
    let stage = Stage { approvers: vec![Approver::User { id: user(2) }], fallback: Vec::new(), ..stage(1) };
    let people = |approvers: &[u128], fallback: &[u128]| {
        let all = |people: &[u128]| people.iter().map(|n| user(*n)).collect();
        StagePeople { approvers: all(approvers), fallback: all(fallback), ..StagePeople::default() }
    };
    assert_eq!(lonely_approver(&stage, &people(&[2], &[]), |_| true), Some(user(2)));
    assert_eq!(lonely_approver(&stage, &people(&[2], &[2]), |_| true), Some(user(2)));
    assert_eq!(lonely_approver(&stage, &people(&[2], &[3]), |_| true), None);
    let two = Stage { quorum: 2, ..stage.clone() };
    assert_eq!(lonely_approver(&two, &people(&[2], &[]), |_| true), None, "one alone decides nothing here");
    assert_eq!(lonely_approver(&stage, &people(&[2], &[]), |_| false), None);
    let managed = Stage { approvers: vec![Approver::Manager { level: 1 }], ..stage };
    assert_eq!(lonely_approver(&managed, &people(&[2], &[]), |_| true), None);
}
