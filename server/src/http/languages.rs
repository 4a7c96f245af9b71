//! Which languages a visitor reads, as the browser says it.

use axum::http::{HeaderMap, header};

/// More than these nobody reads, and a header may hold anything.
const LANGUAGES_MAX: usize = 10;

/// The languages of `Accept-Language`, the best liked first, without those that are refused.
pub fn liked(headers: &HeaderMap) -> Vec<String> {
    let text = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut liked: Vec<(u16, String)> = text
        .split(',')
        .filter_map(|part| {
            let mut parts = part.split(';').map(str::trim);
            let tag = parts.next().filter(|tag| !tag.is_empty() && *tag != "*")?;
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            let weight: f32 = weight.map_or(Some(1.0), |weight| weight.parse().ok())?;
            (weight > 0.0 && weight <= 1.0).then(|| ((weight * 1000.0) as u16, tag.to_owned()))
        })
        .take(LANGUAGES_MAX)
        .collect();
    liked.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    liked.into_iter().map(|(_, tag)| tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, text.parse().unwrap());
        liked(&headers)
    }

    #[test]
    fn nonsense_is_left_out_and_no_more_than_ten_are_read() {
        assert!(liked(&HeaderMap::new()).is_empty());
        for nonsense in ["", ",;,", "*", "de;q=0", "de;q=x", "de;q=-1", "de;q=7", "de;q=NaN"] {
            assert_eq!(read(nonsense), [""; 0], "{nonsense}");
        }
        assert_eq!(read(&"de,".repeat(5_000)).len(), 10);
    }

    #[test]
    fn the_best_liked_comes_first_and_equals_stay_in_order() {
        assert_eq!(read("en;q=0.5, de-CH, de;q=0.9,fr;q=0.9 , *;q=0.1"), ["de-CH", "de", "fr", "en"]);
    }
}
