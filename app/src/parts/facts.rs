//! Keys and values.

use super::sentence::Sentence;
use leptos::prelude::*;
use model::view::Fact;

#[component]
pub fn Facts(
    facts: Vec<Fact>,
    /// `tight` in a card, `over` for keys above their values.
    #[prop(default = "tight")]
    kind: &'static str,
    /// Further `dt` and `dd` before the others, for values that are more than text.
    #[prop(default = None, into)]
    before: Option<AnyView>,
    /// The same behind them.
    #[prop(default = None, into)]
    after: Option<AnyView>,
) -> impl IntoView {
    let over = kind == "over";
    let rows = facts
        .into_iter()
        .map(|Fact { name, value }| {
            if over {
                view! { <div><dt>{name}</dt><dd><Sentence text=value/></dd></div> }.into_any()
            } else {
                view! { <dt>{name}</dt><dd><Sentence text=value/></dd> }.into_any()
            }
        })
        .collect_view();
    view! { <dl class=["facts ", kind].concat()>{before}{rows}{after}</dl> }.into_any()
}
