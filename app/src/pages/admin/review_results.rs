//! The tab *Results* of an access review: every row with its decision and what became of it, at any time.

use crate::calls::review::series_path;
use crate::parts::prelude::*;
use crate::parts::reviewed::{RecommendationCell, SourceCell, Verdict, WhoCell};
use leptos::prelude::*;
use model::view::Badge;
use model::view::review::{Quality, ResultRow, Results, Review, RowFilter};
use model::{ReviewId, query};

const TAB: &str = "results";

#[component]
pub fn ResultsTab(review: Review) -> impl IntoView {
    let path = series_path(review.series);
    match review.instance {
        Some(shown) => view! { <Whole path review=shown.instance.review/> }.into_any(),
        None => {
            let text = "Who is reviewed is found out when the first instance starts.";
            view! { <Empty title="No results yet" text/> }.into_any()
        }
    }
}

#[component]
fn Whole(path: String, review: ReviewId) -> impl IntoView {
    let (decision, search, after, instance) =
        (query_value("decision"), query_value("search"), query_after(), query_value("instance"));
    let results = page_resource(move || {
        let filter = RowFilter::from_key(&decision.get()).unwrap_or_default();
        Ok(query::ReviewResults { review, filter, search: search.get(), after: after.get() })
    });
    let of_tab = move || vec![("tab", TAB.to_owned()), ("instance", instance.get())];
    let with = move |name: &'static str, value: Memo<String>| {
        Signal::derive(move || of_tab().into_iter().chain([(name, value.get())]).collect::<Vec<_>>())
    };
    let (keep_search, keep_decision) = (with("search", search), with("decision", decision));
    let options = RowFilter::ALL.map(|filter| (key(filter), filter.words().to_owned())).into();
    let more = view! {
        <Hidden name="tab" value=TAB/>
        {move || view! { <Hidden name="instance" value=instance.get()/> }}
        <FilterPick path=path.clone() label="Decision" name="decision" value=decision options keep=keep_search/>
    }
    .into_any();
    let at = path.clone();
    let view = move |results| view! { <List results path=at.clone() instance=instance.get_untracked()/> }.into_any();
    view! {
        <div>
            <SearchTools path label="Search by person" value=search keep=keep_decision kept_beside=true more/>
            <Loaded of=results view/>
        </div>
    }
    .into_any()
}

fn key(filter: RowFilter) -> String {
    if filter == RowFilter::All { String::new() } else { filter.key().to_owned() }
}

#[component]
fn List(results: Results, path: String, instance: String) -> impl IntoView {
    let Results { quality, more_quality, rows, paging, filter, search } = results;
    let quality = (!quality.is_empty()).then(|| view! { <QualityTable quality more=more_quality/> });
    let keep = vec![("tab", TAB.to_owned()), ("instance", instance), ("decision", key(filter)), ("search", search.clone())];
    if rows.is_empty() {
        if filter == RowFilter::All && search.trim().is_empty() {
            return view! { <Empty title="Nobody to review" text="Nobody held this when the instance started."/> }.into_any();
        }
        let link = Some((address(&path, &[("tab", TAB)]), "Show all".to_owned()));
        return view! { <Empty title="Nothing found" text="No row of this instance has this name and this decision." link/> }
            .into_any();
    }
    let rows = rows.into_iter().map(line).collect_view();
    let pager = view! { <Pager path paging keep/> }.into_any();
    let columns = vec!["Name", "Source", "Recommendation", "Decision", "Outcome"];
    view! { <Listing caption="Results" columns dense=true pager>{rows}</Listing>{quality} }.into_any()
}

/// What is counted of each reviewer.
const QUALITY: [&str; 4] = ["Decided", "Median time", "Approved", "Against the recommendation"];

/// How each reviewer decided: who says yes to everything within a minute did not look.
#[component]
fn QualityTable(
    quality: Vec<Quality>,
    /// Others decided, too, and are not shown.
    more: bool,
) -> impl IntoView {
    let more = more.then(|| {
        let shown = quality.len().to_string();
        view! { " The "{shown}" who decided most rows are shown; the download has every decision." }
    });
    let percent = |n: u64| [&n.to_string(), " %"].concat();
    let rows = quality
        .into_iter()
        .map(|Quality { who, decided, median, approved, against }| {
            let median = median.map_or_else(|| "–".to_owned(), |span| span.words());
            view! {
                <tr>
                    <th scope="row"><Person who/></th>
                    <td class="num" data-label="Decided">{decided}</td>
                    <td class="num" data-label="Median time">{median}</td>
                    <td class="num" data-label="Approved">{percent(approved)}</td>
                    <td class="num" data-label="Against the recommendation">{against.map_or_else(|| "–".to_owned(), percent)}</td>
                </tr>
            }
        })
        .collect_view();
    let columns = std::iter::once("Reviewer").chain(QUALITY).collect();
    view! {
        <section class="quality" aria-labelledby="quality-title">
            <h2 id="quality-title">"How reviewers decided"</h2>
            <p class="quiet">"The time runs from the beginning of the stage to the decision; half of the decisions were faster."{more}</p>
            <Listing caption="How reviewers decided" columns numbers=&QUALITY dense=true>{rows}</Listing>
        </section>
    }
    .into_any()
}

fn line(result: ResultRow) -> AnyView {
    let ResultRow { row, control, outcome, tone, outcome_because, applied_at } = result;
    let badge = (!outcome.is_empty()).then(|| view! { <StateBadge badge=Badge::new(&outcome, &tone)/> });
    let because = (!outcome_because.is_empty()).then(|| view! { <span class="under"><Sentence text=outcome_because/></span> });
    let at = applied_at.map(|at| view! { <span class="under"><When at/></span> });
    view! {
        <tr>
            <WhoCell row=row.clone() pick=control.then(|| view! { <KindBadge word="Control row" tone="warn"/> }.into_any())/>
            <SourceCell row=row.clone()/>
            <RecommendationCell row=row.clone()/>
            <td data-label="Decision"><Verdict decision=row.decision decided=row.decided/></td>
            <td data-label="Outcome">{badge}{because}{at}</td>
        </tr>
    }
    .into_any()
}
