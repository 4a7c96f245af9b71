//! The grammar: how tokens make a tree. Comparisons bind strongest, then `-not`, `-and`, `-or`, and `-any`/`-all` last.
//! What stands on both sides of an operator is in `comparison`.
//!
//! The parser calls itself for brackets, `-not` and `-any`/`-all` only, and counts these, so that no text can overflow
//! the stack.

use super::RuleError;
use super::property::nearest;
use super::token::{Kind, Token, Tokens};
use super::tree::{Body, DateTest, TextCheck, TextTest, Tree, UserTest};
use model::limits::RULE_MAX_DEPTH;

/// Reads a whole rule.
pub(super) fn rule(text: &str) -> Result<Body, RuleError> {
    let mut parser = Parser::new(text)?;
    if parser.found(&Kind::End) {
        let message = "The rule is empty; expected a condition such as user.department -eq \"Sales\".";
        return Err(RuleError::new(0, message));
    }
    let tree = parser.either::<Part>()?;
    parser.end()?;
    if let Tree::Test(Part::Alone { body, .. }) = tree {
        return Ok(body);
    }
    let tree = tree.try_map(&|part| match part {
        Part::Test(test) => Ok(test),
        Part::Alone { at, name, .. } => {
            let message = format!("Found a {name} rule together with something else; expected it to be the whole rule.");
            Err(RuleError::new(at, message))
        }
    })?;
    Ok(Body::Condition(tree))
}

/// What `-and`, `-or` and `-not` join.
pub(super) trait Leaf: Sized {
    fn parse(parser: &mut Parser<'_>) -> Result<Self, RuleError>;

    /// Whether it compares with null.
    fn asks_null(&self) -> bool;
}

/// A part of a rule about a user. The special rules are let through the grammar, so that one which is not alone can
/// be reported as such.
pub(super) enum Part {
    Test(UserTest),
    Alone { at: usize, name: &'static str, body: Body },
}

impl Leaf for Part {
    fn parse(parser: &mut Parser<'_>) -> Result<Self, RuleError> {
        parser.part()
    }

    fn asks_null(&self) -> bool {
        match self {
            Self::Test(UserTest::Text { test, .. } | UserTest::OtherMails(test)) => test.asks_null(),
            Self::Test(UserTest::HireDate(test)) => matches!(test, DateTest::Null { .. }),
            Self::Test(UserTest::Flag { .. } | UserTest::EachOtherMail { .. }) | Self::Alone { .. } => false,
        }
    }
}

/// Inside the brackets of `-any` and `-all`.
impl Leaf for TextTest {
    fn parse(parser: &mut Parser<'_>) -> Result<Self, RuleError> {
        parser.item()
    }

    fn asks_null(&self) -> bool {
        self.check == TextCheck::Null
    }
}

/// The tokens, one of which is looked at before it is taken.
pub(super) struct Parser<'a> {
    tokens: Tokens<'a>,
    current: Token,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Self, RuleError> {
        let mut tokens = Tokens::new(text);
        let current = tokens.next()?;
        Ok(Self { tokens, current, depth: 0 })
    }

    /// Conditions joined by `-or`.
    pub fn either<T: Leaf>(&mut self) -> Result<Tree<T>, RuleError> {
        let first = self.both()?;
        let mut rest = Vec::new();
        while self.current.kind.is_operator("or") {
            self.take()?;
            rest.push(self.both()?);
        }
        Ok(Tree::or(first, rest))
    }

    /// Conditions joined by `-and`.
    fn both<T: Leaf>(&mut self) -> Result<Tree<T>, RuleError> {
        let first = self.one()?;
        let mut rest = Vec::new();
        while self.current.kind.is_operator("and") {
            self.take()?;
            rest.push(self.one()?);
        }
        Ok(Tree::and(first, rest))
    }

    /// A comparison, a condition in brackets, or `-not` before one of these.
    fn one<T: Leaf>(&mut self) -> Result<Tree<T>, RuleError> {
        if self.found(&Kind::Open) {
            return self.bracketed();
        }
        if !self.current.kind.is_operator("not") {
            return T::parse(self).map(Tree::Test);
        }
        let not = self.take()?;
        let inner: Tree<T> = self.nested(not.at, Self::one)?;
        if matches!(&inner, Tree::Test(test) if test.asks_null()) {
            let message = "Found -not before a comparison with null; expected -eq null or -ne null without -not before it.";
            return Err(RuleError::new(not.at, message));
        }
        Ok(Tree::Not(Box::new(inner)))
    }

    /// The condition after `-any` or `-all`. It counts as nested with and without brackets, because it is written out
    /// with them.
    pub fn each<T: Leaf>(&mut self) -> Result<Tree<T>, RuleError> {
        if self.found(&Kind::Open) { self.bracketed() } else { self.nested(self.current.at, Self::either) }
    }

    fn bracketed<T: Leaf>(&mut self) -> Result<Tree<T>, RuleError> {
        let open = self.take()?;
        let inner = self.nested(open.at, Self::either)?;
        self.close(open.at)?;
        Ok(inner)
    }

    fn nested<R>(&mut self, at: usize, parse: impl FnOnce(&mut Self) -> Result<R, RuleError>) -> Result<R, RuleError> {
        if self.depth >= RULE_MAX_DEPTH {
            let message = format!("Brackets and -not are nested more than {RULE_MAX_DEPTH} deep here, which is the limit.");
            return Err(RuleError::new(at, message));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// The closing bracket of one that was opened at `opened`.
    pub fn close(&mut self, opened: usize) -> Result<(), RuleError> {
        if self.found(&Kind::Close) {
            return self.take().map(drop);
        }
        self.refuse(&format!("-and, -or or a closing bracket for the one opened at character {}", opened + 1), &["and", "or"])
    }

    fn end(&self) -> Result<(), RuleError> {
        match self.current.kind {
            Kind::End => Ok(()),
            Kind::Close => Err(self.error("Found a closing bracket that was never opened; expected the end of the rule.")),
            _ => self.refuse("-and, -or or the end of the rule", &["and", "or"]),
        }
    }

    /// The token that comes next, without taking it.
    pub fn current(&self) -> &Token {
        &self.current
    }

    pub fn found(&self, kind: &Kind) -> bool {
        self.current.kind == *kind
    }

    /// Takes the token, and looks at the one after it.
    pub fn take(&mut self) -> Result<Token, RuleError> {
        let next = self.tokens.next()?;
        Ok(std::mem::replace(&mut self.current, next))
    }

    /// An error at the next token.
    pub fn error(&self, message: impl Into<String>) -> RuleError {
        RuleError::new(self.current.at, message)
    }

    /// Refuses the next token. When it looks like one of `operators`, that is named too.
    pub fn refuse<R>(&self, expected: &str, operators: &[&'static str]) -> Result<R, RuleError> {
        let found = self.current.kind.describe();
        let meant = self.current.kind.word().and_then(|word| nearest(word, operators.iter().copied()));
        let question = meant.map(|name| format!(" Did you mean -{name}?")).unwrap_or_default();
        Err(self.error(format!("Found {found}, but expected {expected}.{question}")))
    }
}
