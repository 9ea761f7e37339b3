//! Where a fact of one attribute goes: its name is looked up once, its type is known when the host compiles.

use std::marker::PhantomData;
use std::sync::Arc;

use super::super::one_fact::{At, OneFact};
use super::super::{Compiled, ExperienceSelector};
use crate::attribute::AttributeType;
use crate::cells::{AxisId, Cell, Cut, Joint, Measure, UNKNOWN};
use crate::diagnostic::{Diagnostic, DiagnosticCode as Code};
use crate::key::{self, Key};
use crate::time::Timestamp;
use crate::value::{Value, a};
use crate::wire::short;

/// What a [`Slot`] can be of: `bool`, `i64`, `f64`, [`Timestamp`], and `str` for strings and enums.
#[diagnostic::on_unimplemented(
    message = "there are no slots of `{Self}`",
    note = "a slot is of `bool`, `i64`, `f64`, `maitre::Timestamp` or, for strings and enums, `str`"
)]
pub trait Slotted: sealed::Slotted {
    /// How a value is handed over.
    type Given<'v>: Copy;
    #[doc(hidden)]
    fn value(given: Self::Given<'_>, _: sealed::Ours) -> Value;
    #[doc(hidden)]
    fn key(given: Self::Given<'_>, _: sealed::Ours) -> (i64, Option<&str>);
    #[doc(hidden)]
    fn can_be(given: Self::Given<'_>, kind: Option<&AttributeType>, _: sealed::Ours) -> bool;
}

mod sealed {
    use crate::attribute::AttributeType;

    /// Nobody else has one.
    #[derive(Debug, Clone, Copy)]
    pub struct Ours(pub(super) ());

    pub trait Slotted {
        /// For people.
        const WHAT: &'static str;
        fn fits(kind: &AttributeType) -> bool;
    }
}

/// For those who may ask.
pub(super) const OURS: sealed::Ours = sealed::Ours(());

macro_rules! slotted {
    ($($type:ty, $given:ty, $what:literal: $fits:pat, $can_be:expr, |$of:ident| $value:expr, $key:expr;)+) => {
        $(impl sealed::Slotted for $type {
            const WHAT: &'static str = $what;
            fn fits(kind: &AttributeType) -> bool {
                matches!(kind, $fits)
            }
        }
        impl Slotted for $type {
            type Given<'v> = $given;
            #[inline(always)]
            fn value($of: Self::Given<'_>, _: sealed::Ours) -> Value {
                $value
            }
            #[inline(always)]
            fn key($of: Self::Given<'_>, _: sealed::Ours) -> (Key, Option<&str>) {
                $key
            }
            #[inline(always)]
            fn can_be($of: Self::Given<'_>, kind: Option<&AttributeType>, _: sealed::Ours) -> bool {
                $can_be($of, kind)
            }
        })+
    };
}
slotted! {
    bool, bool, "bools": AttributeType::Bool, |_, _| true, |of| Value::Bool(of), (of.into(), None);
    i64, i64, "ints": AttributeType::Int { .. }, is_within, |of| Value::Int(of), (of, None);
    f64, f64, "floats": AttributeType::Float, |of: f64, _| !of.is_nan(), |of| Value::Float(of), (key::of_float(of), None);
    Timestamp, Timestamp, "timestamps": AttributeType::Timestamp, |_, _| true, |of| Value::Timestamp(of), (key::of_time(of), None);
    str, &'v str, "strings": AttributeType::Text | AttributeType::Enum(_), is_named, |of| Value::Text(of.into()), (key::of_text(of), Some(of));
}

#[inline(always)]
fn is_within(value: i64, kind: Option<&AttributeType>) -> bool {
    match kind {
        Some(AttributeType::Int { min, max }) => (*min..=*max).contains(&value),
        _ => true,
    }
}

#[inline(always)]
fn is_named(text: &str, kind: Option<&AttributeType>) -> bool {
    match kind {
        Some(AttributeType::Enum(names)) => names.iter().any(|name| **name == *text),
        _ => true,
    }
}

/// What a slot of that type is of.
const fn slot_of(kind: &AttributeType) -> Option<&'static str> {
    Some(match kind {
        AttributeType::Bool => "bool",
        AttributeType::Int { .. } => "i64",
        AttributeType::Float => "f64",
        AttributeType::Text | AttributeType::Enum(_) => "str",
        AttributeType::Timestamp => "Timestamp",
        AttributeType::Set(_) => return None,
    })
}

/// Where the facts of one attribute go, by [`ExperienceSelector::slot`]. Made once, when the host starts or adopts a policy; a
/// [`Guest`](super::Guest) takes facts by it. It holds on to the policy that it was made for.
pub struct Slot<T: ?Sized> {
    pub(super) goes: Arc<Goes>,
    type_of: PhantomData<fn(&T)>,
}

/// What hangs on the facts of one attribute.
pub(super) struct Goes {
    /// Whose it is.
    pub(super) of: Arc<Compiled>,
    pub(super) one: OneFact,
    pub(super) axes: Box<[Measured]>,
    /// The joined axes that go by one of these.
    pub(super) joints: Box<[Joint]>,
    /// Of what is kept by place: the type that values must have to be kept.
    pub(super) kept_as: Option<AttributeType>,
    /// Whether choosing goes by it, whatever the rules are.
    pub(super) is_always_read: bool,
}

/// An axis on which the attribute is measured.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pub(super) axis: u32,
    /// Where the key alone says the cell: the cut, and the cell of what is not known.
    pub(super) by_key: Option<(Cut, Cell)>,
}

// Not derived: texts have slots, and no size.
impl<T: ?Sized> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self { goes: Arc::clone(&self.goes), type_of: PhantomData }
    }
}

impl<T: ?Sized> std::fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Slot").field("attribute", &self.attribute()).finish_non_exhaustive()
    }
}

impl<T: Slotted + ?Sized> Slot<T> {
    /// Whether a value is kept as it is. The host's own are held against their types when they are read.
    #[inline(always)]
    pub(super) fn can_be(&self, given: T::Given<'_>) -> bool {
        T::can_be(given, self.goes.kept_as.as_ref(), OURS)
    }
}

impl<T: ?Sized> Slot<T> {
    /// Whether `selector` made it, or a clone of it.
    #[must_use]
    pub fn is_by(&self, selector: &ExperienceSelector) -> bool {
        Arc::ptr_eq(&self.goes.of, &selector.inner)
    }
    /// The name of the attribute, as conditions write it.
    #[must_use]
    pub fn attribute(&self) -> &str {
        &self.goes.of.policy.inner.attributes.get(self.goes.one.id).name
    }
}

impl ExperienceSelector {
    /// Where the facts of `attribute` go, under its name in conditions: of a [`Guest`](crate::Guest) it takes one at a time, without looking for
    /// it by name. The type is that of the attribute: `bool`, `i64`, `f64`, [`Timestamp`], and `str` for strings and enums.
    ///
    /// What can have a slot is every attribute of the host's own but sets, and of the built-in ones what a profile or a visit keeps
    /// as one fact by which nothing else goes; not: sets; what is known by channel (`profile.reach.sms`); `journey.…`;
    /// `profile.preferred_channel` and `profile.mood`; `visit.at`, `visit.hour`, `visit.weekday`, `visit.channel`, `visit.offset` and
    /// `visit.gpc`. It is the same as can be a [column](crate::Columns). All else comes with the whole
    /// [profile](crate::Guest::set_profile) or [visit](crate::Guest::set_visit).
    ///
    /// # Errors
    /// The policy knows no such attribute, it is of another type, or it cannot have a slot.
    ///
    /// # Cost
    /// A search among the names, and some allocations: slots are made once.
    pub fn slot<T: Slotted + ?Sized>(&self, attribute: &str) -> Result<Slot<T>, Diagnostic> {
        let one = OneFact::of(
            self,
            attribute,
            "have a slot",
            "give it with the whole profile or visit, by `set_profile` or `set_visit`",
        )?;
        let checked = self.checked();
        let kind = &checked.attributes.get(one.id).kind;
        if !T::fits(kind) {
            let message = format!(
                "`{}` is {}, found a slot for {}",
                short(attribute),
                a(kind.name()),
                <T as sealed::Slotted>::WHAT
            );
            let help = slot_of(kind).map(|slot| format!("ask for `slot::<{slot}>`"));
            let problem = Diagnostic::error(Code::TypeMismatch, "", message);
            return Err(help.into_iter().fold(problem, Diagnostic::with_help));
        }
        let inner = &*self.inner;
        let is_limited = one.lookup(self).is_none_or(|lookup| lookup.limit.is_some());
        let says_all = one.key_says_all(kind);
        let axes = inner.grid.axes.iter().zip(0..).filter_map(|(axis, number)| {
            let by_key = match &axis.measure {
                Measure::Value(id) if *id == one.id => (says_all && !is_limited).then(|| {
                    let unknown = if one.counts { axis.cut.cell(0, || None) } else { UNKNOWN };
                    (axis.cut.clone(), unknown)
                }),
                measure if measure.attribute() == Some(one.id) => None,
                _ => return None,
            };
            Some(Measured { axis: number, by_key })
        });
        let axes: Box<[Measured]> = axes.collect();
        let is_joined = |joint: &&Joint| axes.iter().any(|on| joint.has(AxisId(on.axis)));
        let joints = inner.deciding.joints().iter().chain(inner.segments.joints());
        let joints = joints.filter(is_joined).cloned().collect();
        let kept_as = matches!(one.at, At::Place(..)).then(|| kind.clone());
        let is_always_read = self.always_read().any(|id| id == one.id);
        let of = Arc::clone(&self.inner);
        let goes = Goes { of, one, axes, joints, kept_as, is_always_read };
        Ok(Slot { goes: Arc::new(goes), type_of: PhantomData })
    }
}
