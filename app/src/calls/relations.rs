//! Approvers that are not named but meant by what they are to whoever asks: the fields for them in a form, written and read.
//! Each list of a stage has the same.

use model::Refusal;
use model::approval::Approver;

/// The relations of one list as a form has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relations {
    /// The level, or nothing.
    pub manager: String,
    pub sponsors: bool,
    pub owners: bool,
}

impl Relations {
    /// How the form shows this list.
    pub fn of(approvers: &[Approver]) -> Self {
        let mut relations = Self::default();
        for approver in approvers {
            match approver {
                Approver::Manager { level } => relations.manager = level.to_string(),
                Approver::Sponsors => relations.sponsors = true,
                Approver::Owners => relations.owners = true,
                Approver::User { .. } | Approver::Group { .. } | Approver::RoleHolders { .. } => {}
            }
        }
        relations
    }

    /// Whom they mean. `field` is that of the manager.
    pub fn read(&self, field: &str) -> Result<Vec<Approver>, Refusal> {
        let mut approvers = Vec::new();
        if !self.manager.is_empty() {
            let level = self.manager.parse().map_err(|_| Refusal::Malformed {
                field: field.to_owned(),
                message: "Choose a level of manager from the list; what was sent is not one of them.".to_owned(),
            })?;
            approvers.push(Approver::Manager { level });
        }
        approvers.extend(self.sponsors.then_some(Approver::Sponsors));
        approvers.extend(self.owners.then_some(Approver::Owners));
        Ok(approvers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_form_shows_of_a_list_is_what_it_reads_again() {
        for approvers in [
            vec![],
            vec![Approver::Manager { level: 1 }],
            vec![Approver::Sponsors],
            vec![Approver::Owners],
            vec![Approver::Manager { level: 4 }, Approver::Sponsors, Approver::Owners],
        ] {
            assert_eq!(Relations::of(&approvers).read("manager"), Ok(approvers));
        }
    }

    #[test]
    fn a_level_that_is_not_in_the_list_is_refused_at_its_field() {
        let refused = Relations { manager: "the boss".into(), ..Relations::default() }.read("stages[s0][escalate_manager]");
        assert_eq!(refused.unwrap_err().field(), Some("stages[s0][escalate_manager]"));
    }
}
