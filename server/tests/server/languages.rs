//! Questions in the language of the browser.

use super::deciding_many::browser;
use super::support::server;
use axum::http::StatusCode;

/// The address of the package with a question in two languages.
async fn address(visitor: &mut super::support::Visitor) -> String {
    let page = visitor.get("/my-access/packages?search=mip").await.text;
    let (_, rest) = page.split_once("href=\"/my-access/packages/").expect("the package is listed");
    format!("/my-access/packages/{}", rest.split(['"', '?', '#']).next().unwrap())
}

#[tokio::test]
async fn a_question_is_asked_in_the_first_language_it_has_and_otherwise_in_its_own_words() {
    let server = server(|settings| settings.demo = true).await;
    for (languages, asked, choice) in [
        ("it, de-AT;q=0.9, en;q=0.5", "Wofür brauchen Sie es?", "Dokumente einstufen"),
        ("fr, en", "What will you use it for?", "Classify documents"),
        ("<script>;q=1", "What will you use it for?", "Classify documents"),
    ] {
        let mut alex = browser(&server, "alex").await.says("accept-language", languages);
        let page = address(&mut alex).await;
        let answer = alex.get(&page).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.text.contains(asked) && answer.text.contains(choice), "{languages}: {}", answer.text);
        assert!(answer.text.contains("value=\"Classify documents\""), "an answer is sent in the question's own words");
        assert!(!answer.text.contains("script>;q"), "{}", answer.text);
    }
}

#[tokio::test]
async fn approvers_read_the_answer_in_the_words_of_the_question_itself() {
    let server = server(|settings| settings.demo = true).await;
    let mut alex = browser(&server, "alex").await.says("accept-language", "de");
    let page = address(&mut alex).await;
    let form = alex.get(&page).await.text;
    let field = |name: &str| {
        let (_, rest) = form.split_once(&format!("name=\"{name}")).unwrap_or_else(|| panic!("no field {name}: {form}"));
        rest.split('"').next().unwrap().to_owned()
    };
    let (_, package) = page.rsplit_once('/').unwrap();
    let question = format!("answers{}", field("answers"));
    let fields = [("package", package), ("justification", "For the roll-out."), (&question, "Classify documents")];
    let answer = alex.post("/api/submit_request", &fields).await;
    assert!(answer.goes_to().starts_with("/my-access/requests/"), "{}", answer.text);
    let request = alex.get(answer.goes_to()).await.text;
    assert!(request.contains("What will you use it for?") && !request.contains("Wofür"), "{request}");
}
