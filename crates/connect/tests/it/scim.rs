//! What a target is asked over SCIM, and what of its answers counts.

use connect::outgoing::{Allowed, Client};
use connect::scim::{Can, Pace, Scim, ScimFault};
use connect::target::Known;
use testkit::target::{Manner, TOKEN, Target};

const CAN: Can = Can { patch: true, finds_members: true };

fn client() -> Client {
    Client::new(Allowed::parse(["127.0.0.1"]).unwrap(), None).unwrap()
}

fn known<'a>(id: &'a str, user_name: &'a str) -> Known<'a> {
    Known { id, lasting: "", user_name, active: true }
}

#[tokio::test]
async fn a_removal_is_not_believed_when_the_search_for_it_is_cut_off() {
    let (target, client, pace) = (Target::start().await, client(), Pace::new(1_000_000));
    let scim = Scim::new(&client, &target.base_url, TOKEN, &pace);
    let (group, user) = {
        let mut inside = target.inside();
        inside.lists = false;
        inside.at_most = 1;
        let user = inside.account("alex", None);
        let groups = ["Agents", "Leads"].map(|name| inside.group(name));
        for (_, members) in inside.groups.values_mut() {
            members.insert(user.clone());
        }
        // The first is all that it names.
        let [_, last] = groups;
        (last, user)
    };
    target.behaves(Manner::Lies);
    let removed = scim.change_members(&group, &[], &[&user], CAN).await;
    assert!(matches!(removed, Err(ScimFault::NotSo { .. })), "{removed:?}");
    target.behaves(Manner::Honest);
    target.inside().groups.retain(|id, _| *id == group);
    scim.change_members(&group, &[], &[&user], CAN).await.unwrap();
    assert_eq!(scim.has_member(&group, &user).await, Ok(false));
}

#[tokio::test]
async fn who_is_gone_is_noticed_also_where_people_may_not_be_listed() {
    for status in [400, 403, 501] {
        let (target, client, pace) = (Target::start().await, client(), Pace::new(1_000_000));
        let scim = Scim::new(&client, &target.base_url, TOKEN, &pace);
        let [stays, gone] = ["stays", "gone"].map(|name| target.inside().account(name, None));
        target.inside().deletes("gone");
        target.behaves(Manner::ListsNobody(status));
        let people = [known(&stays, "stays"), known(&gone, "gone")];
        assert_eq!(scim.changed(&people, 10).await, Ok(vec![1]), "{status}");
        // That it is down is another thing.
        target.behaves(Manner::Fails(503));
        assert!(scim.changed(&people, 10).await.is_err());
    }
}
