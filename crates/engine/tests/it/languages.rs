//! Questions in the language of whoever is asked.

use engine::{By, Who};
use model::command::{Command, Done, RequestForReport, SubmitRequest};
use model::package::{AnswerKind, Pattern, Question, Translation};
use model::{PackageId, QuestionId};
use std::collections::BTreeMap;
use testkit::{Offer, Person, World, both, refused};

/// A package that asks for a change number, in German too.
async fn offers_change(world: &World) -> (PackageId, QuestionId) {
    let group = world.makes_group("Change group").await;
    let id = QuestionId(world.new_id());
    let pattern = Pattern { expression: "CHG[0-9]+".into(), message: "CHG and digits.".into() };
    let german = Translation {
        language: "de".into(),
        text: "Auftrag".into(),
        hint: None,
        choices: Vec::new(),
        message: Some("CHG und Ziffern.".into()),
    };
    let question = Question {
        id,
        text: "Change".into(),
        hint: None,
        required: true,
        answer: AnswerKind::ShortText { pattern: Some(pattern) },
        translations: vec![german],
    };
    let offer = Offer::new("Change", group, []).with(|settings| {
        settings.questions = vec![question];
        settings.managers_may_request = true;
    });
    (world.offers(offer).await, id)
}

async fn reading(person: &Person, languages: &[&str]) -> Who {
    Who { languages: languages.iter().map(|one| (*one).to_owned()).collect(), ..person.who().await.unwrap() }
}

fn asks(package: PackageId, question: QuestionId, answer: &str) -> SubmitRequest {
    SubmitRequest {
        package,
        policy: None,
        justification: "Please.".into(),
        answers: BTreeMap::from([(question, vec![answer.to_owned()])]),
        starts_at: None,
        ends_at: None,
    }
}

/// What somebody is told who reads these languages and answers wrongly.
async fn complaint(world: &World, person: &Person, languages: &[&str], command: Command) -> String {
    refused(world.engine().submit(&By::Session(reading(person, languages).await), command).await).sentence()
}

both! {
    async fn an_answer_that_does_not_fit_is_refused_in_the_requestors_language_and_kept_under_the_questions_own_words(test: TestDb) {
        let world = World::demo(test).await;
        let emma = world.person("emma").await;
        let (package, question) = offers_change(&world).await;
        let wrong = || Command::SubmitRequest(asks(package, question, "one"));
        assert_eq!(complaint(&world, &emma, &["it", "de-AT"], wrong()).await, "CHG und Ziffern. You wrote “one”.");
        assert_eq!(complaint(&world, &emma, &["it"], wrong()).await, "CHG and digits. You wrote “one”.");
        let german = By::Session(reading(&emma, &["de"]).await);
        let right = Command::SubmitRequest(asks(package, question, "CHG7"));
        let Done::RequestSubmitted { request, .. } = world.engine().submit(&german, right).await.unwrap() else { panic!() };
        let kept = store::requests::get(&mut world.db().read().await.unwrap(), request).await.unwrap().unwrap().terms.answers;
        assert_eq!((kept[0].text.as_str(), kept[0].answers.as_slice()), ("Change", ["CHG7".to_owned()].as_slice()));
    }

    async fn who_asks_for_a_report_is_refused_in_their_own_language(test: TestDb) {
        let world = World::demo(test).await;
        let [alex, miriam] = world.people(["alex", "miriam"]).await;
        let (package, question) = offers_change(&world).await;
        let wrong = || {
            let asked = asks(package, question, "one");
            Command::RequestForReport(RequestForReport { report: alex.id, asked })
        };
        assert_eq!(complaint(&world, &miriam, &["de"], wrong()).await, "CHG und Ziffern. You wrote “one”.");
        assert_eq!(complaint(&world, &miriam, &[], wrong()).await, "CHG and digits. You wrote “one”.");
    }
}
