//! The layout that a schema prescribes: the part of a schema that encoder and decoder need.

use std::collections::HashMap;

use apache_avro::Schema;
use apache_avro::schema::Name;

/// The layout of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    /// The symbols, and the default that replaces a symbol unknown to the reader.
    Enum(Vec<String>, Option<String>),
    /// The branches.
    Union(Vec<Shape>),
    /// Names and shapes of the fields, in order.
    Record(Vec<(String, Shape)>),
    /// The shape of an item, and its memory in place, without what it points to, in bytes.
    Array(Box<Shape>, usize),
}

impl Shape {
    /// The shape of a schema.
    ///
    /// # Errors
    /// If the schema uses a type that [`Shape`] lacks, a type that contains itself (the sender
    /// could choose the depth), or an array of items without bytes (the sender could choose the
    /// length).
    pub(crate) fn from_schema(schema: &Schema) -> Result<Self, String> {
        shape(schema, &mut HashMap::new())
    }

    /// An upper bound of the memory of a decoded value in place, in bytes.
    fn memory_size(&self) -> usize {
        match self {
            Shape::Null => 0,
            Shape::Boolean | Shape::Enum(..) => 1,
            Shape::Int | Shape::Float => 4,
            Shape::Long | Shape::Double => 8,
            // The size of a `Vec` or `String` on 64 bits.
            Shape::Bytes | Shape::String | Shape::Array(..) => 24,
            // A tag of up to 8 bytes and the largest branch.
            Shape::Union(branches) => {
                8 + branches.iter().map(Shape::memory_size).max().unwrap_or(0)
            }
            Shape::Record(fields) => {
                fields.iter().map(|(_, s)| s.memory_size().next_multiple_of(8)).sum()
            }
        }
    }

    /// Whether a value of this shape may be encoded without bytes.
    fn may_be_empty(&self) -> bool {
        match self {
            Shape::Null => true,
            Shape::Record(fields) => fields.iter().all(|(_, shape)| shape.may_be_empty()),
            _ => false,
        }
    }
}

/// The named types defined so far; `None` while a type's own fields are being resolved.
type NamedTypes = HashMap<Name, Option<Shape>>;

fn shape(schema: &Schema, named: &mut NamedTypes) -> Result<Shape, String> {
    Ok(match schema {
        Schema::Null => Shape::Null,
        Schema::Boolean => Shape::Boolean,
        Schema::Int => Shape::Int,
        Schema::Long | Schema::TimestampMicros => Shape::Long,
        Schema::Float => Shape::Float,
        Schema::Double => Shape::Double,
        Schema::Bytes => Shape::Bytes,
        Schema::String => Shape::String,
        Schema::Enum(one) => {
            let shape = Shape::Enum(one.symbols.clone(), one.default.clone());
            named.insert(one.name.clone(), Some(shape.clone()));
            shape
        }
        Schema::Union(union) => {
            let branches = union.variants().iter().map(|branch| shape(branch, named));
            Shape::Union(branches.collect::<Result<_, _>>()?)
        }
        Schema::Record(record) => {
            // Marks the type as being resolved: a reference to itself is an error, not a recursion
            // without end.
            named.insert(record.name.clone(), None);
            let fields = record.fields.iter();
            let fields = fields.map(|f| Ok((f.name.clone(), shape(&f.schema, named)?)));
            let shape = Shape::Record(fields.collect::<Result<_, String>>()?);
            named.insert(record.name.clone(), Some(shape.clone()));
            shape
        }
        Schema::Array(array) => {
            let item = shape(&array.items, named)?;
            if item.may_be_empty() {
                return Err("array of items without bytes".into());
            }
            let size = item.memory_size();
            Shape::Array(Box::new(item), size)
        }
        Schema::Ref { name } => match named.get(name) {
            Some(Some(shape)) => shape.clone(),
            Some(None) => return Err(format!("{name} contains itself")),
            None => return Err(format!("{name} is not defined before its use")),
        },
        other => return Err(format!("unsupported type {other:?}")),
    })
}
