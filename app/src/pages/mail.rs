//! `/demo/mail`: what a demo server would have sent, as a mail program shows it.

use crate::parts::prelude::*;
use leptos::prelude::*;
use model::query;
use model::view::mail::DemoLetter;

const PATH: &str = "/demo/mail";

#[component]
pub fn MailPage() -> impl IntoView {
    let letters = page_resource(|| Ok(query::DemoMail {}));
    view! { <Loaded of=letters view=|letters| view! { <Whole letters/> }.into_any()/> }.into_any()
}

#[component]
fn Whole(letters: Vec<DemoLetter>) -> impl IntoView {
    let chosen = query_value("letter");
    let inside = if letters.is_empty() {
        let text = "Request something or decide about a request: the letters that people would get by mail appear here.";
        view! { <Empty title="No letters yet" text link=("/my-access/packages".to_owned(), "Browse access packages".to_owned())/> }.into_any()
    } else {
        view! { <Box letters chosen/> }.into_any()
    };
    view! {
        <Page title="Demo mail">
            <PageHeader title="Demo mail" text="This demo sends no mail. Here is what each person would have in their mailbox, newest first."/>
            {inside}
        </Page>
    }
    .into_any()
}

/// The letters, and beside them the one that the address names, or the newest.
#[component]
fn Box(letters: Vec<DemoLetter>, chosen: Memo<String>) -> impl IntoView {
    let letters = StoredValue::new(letters);
    let shown = Memo::new(move |_| {
        let chosen = chosen.get();
        letters.with_value(|letters| letters.iter().find(|letter| letter.id == chosen).or(letters.first()).cloned())
    });
    let rows = letters.with_value(|letters| letters.iter().map(|letter| row(letter, shown)).collect_view());
    // Where there is room for one thing only, the list comes first until a letter is chosen.
    let is_chosen = move || shown.get().is_some_and(|shown| chosen.with(|chosen| *chosen == shown.id)).then_some("true");
    view! {
        <div class="mailbox" data-chosen=is_chosen>
            <nav class="card" aria-label="Letters"><ul>{rows}</ul></nav>
            // A frame that only changed its address would put itself between this page and the one before.
            <For each=move || shown.get() key=|letter| letter.id.clone() let:letter><Letter letter/></For>
        </div>
    }
    .into_any()
}

fn row(letter: &DemoLetter, shown: Memo<Option<DemoLetter>>) -> AnyView {
    let DemoLetter { id, at, to, to_name, subject } = letter.clone();
    let href = address(PATH, &[("letter", &id)]);
    let current = move || shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.id == id).then_some("true"));
    view! {
        <li>
            <a href=href aria-current=current>
                <strong>{subject}</strong>
                <small>"To "{if to_name.is_empty() { to } else { to_name }}" · "<When at/></small>
            </a>
        </li>
    }
    .into_any()
}

#[component]
fn Letter(letter: DemoLetter) -> impl IntoView {
    let DemoLetter { id, at, to, to_name, subject } = letter;
    let body = [PATH, "/", &id].concat();
    let to = if to_name.is_empty() { to } else { [to_name.as_str(), " <", &to, ">"].concat() };
    let title = ["Letter: ", &subject].concat();
    view! {
        <article class="card letter" aria-labelledby="letter-h">
            <header>
                <div>
                    <h2 id="letter-h">{subject}</h2>
                    <p class="quiet"><small>"To "{to}" · "<When at/></small></p>
                </div>
                <span class="ends">
                    <a class="button small only-narrow" href=PATH>"All letters"</a>
                    <a class="button small" href=body.clone() rel="external">"Open alone"</a>
                </span>
            </header>
            // Nothing in a letter runs or loads; its links lead out of the frame, as from a mail program.
            <iframe title=title src=body sandbox="allow-top-navigation-by-user-activation"></iframe>
        </article>
    }
    .into_any()
}
