//! The facts that a profile or a visit keeps as they are given. One list makes the enumeration that numbers them, and
//! a typed `with_…` for each; what is common to both keepers stands here too.

/// From one list: the enumeration of the facts, and for the keeper the doors by which they come in and out.
macro_rules! kept_facts {
    (
        $(#[$meta:meta])* $which:ident of $keeper:ident, $side:literal {
            $($(#[$doc:meta])* $variant:ident($type:ty) = $name:literal by $with:ident,)+
        }
    ) => {
        crate::words::words! {
            $(#[$meta])* pub(crate) enum $which ("fact") { $($variant = $name,)+ }
        }

        /// One for each fact. A bare value is declared and undated; of several facts the stronger source is kept, then
        /// the later, then the greater value, whatever the order; a value that cannot be is named as unreadable.
        impl $keeper {
            $($(#[$doc])* #[must_use]
            pub fn $with(mut self, fact: impl Into<crate::fact::Fact<$type>>) -> Self {
                self.put($which::$variant, fact.into().map(crate::value::Value::from));
                self
            })+

            /// A fact of the host's own, by its bare name: what a policy declares under `attributes`.
            #[must_use]
            pub fn with_attribute(
                mut self,
                name: &str,
                fact: impl Into<crate::fact::Fact<crate::value::Value>>,
            ) -> Self {
                self.put_own(name, fact.into());
                self
            }

            /// The facts that were given and make no sense, each with what was found; decisions treat them as unknown.
            pub fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
                self.unreadable.iter().map(|(attribute, problem)| (&**attribute, &**problem))
            }

            /// Keeps `fact` if it is better than the one kept; a value that cannot be is named as unreadable.
            pub(crate) fn put(&mut self, which: $which, fact: crate::fact::Fact<crate::value::Value>) {
                let row = crate::attribute::table::row_of($side, which.as_str());
                match crate::attribute::table::fit(row, fact.value) {
                    Err(problem) => self.cannot_read(row.name, problem),
                    Ok(value) => {
                        let fact = crate::fact::Fact { value, source: fact.source, learnt: fact.learnt };
                        self.facts.edit(which as usize, |mut kept| {
                            crate::fact::keep(&mut kept, fact);
                            kept
                        });
                    }
                }
            }
            pub(crate) fn get(&self, which: $which) -> Option<&crate::fact::Fact<crate::value::Value>> {
                self.facts.get(which as usize)
            }
            pub(crate) fn put_own(&mut self, name: &str, fact: crate::fact::Fact<crate::value::Value>) {
                match fact.value {
                    crate::value::Value::Float(v) if v.is_nan() => self.cannot_read(name, "not a number".to_owned()),
                    _ => self.own.edit(name, |mut kept| {
                        crate::fact::keep(&mut kept, fact);
                        kept
                    }),
                }
            }
            /// Names `attribute` as unreadable. Of several problems one is kept, the same in any order.
            pub(crate) fn cannot_read(&mut self, attribute: &str, problem: String) {
                let kept = self.unreadable.entry(attribute.into()).or_insert_with(|| problem.clone().into());
                if *problem < **kept {
                    *kept = problem.into();
                }
            }
            /// The same, if there is a problem.
            pub(crate) fn note(&mut self, attribute: impl std::fmt::Display, problem: Option<String>) {
                if let Some(problem) = problem {
                    self.cannot_read(&attribute.to_string(), problem);
                }
            }
        }
    };
}
pub(crate) use kept_facts;

/// The kept facts as fields of data: what there is of them, in the order of the type.
pub(crate) fn serialize_kept<M: serde::ser::SerializeMap, const PLACES: usize>(
    map: &mut M,
    names: &[&'static str],
    facts: &crate::kept::Kept<PLACES>,
) -> Result<(), M::Error> {
    for (place, fact) in facts.iter() {
        if let Some(name) = names.get(place) {
            map.serialize_entry(name, fact)?;
        }
    }
    Ok(())
}
