"""Refusals of files: each says what is wrong, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from metrion.base.errors import Faults, MetrionError
from metrion.base.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

LISTED: Final = 100
"""Most faults of a file that are listed one by one; the total is always told."""
_SHOWN: Final = 60


def shortened(value: str) -> str:
    """Return a value of the file, cut so that a message stays readable."""
    return value if len(value) <= _SHOWN else value[:_SHOWN] + "…"


class FileFault(MetrionError):
    """Base of what can be wrong with a whole file."""

    code = "bad_file"
    status = 422


class EmptyFile(FileFault):
    """No byte, or no row below the header."""

    code = "empty_file"
    text = Text(zh="文件中没有数据行。", en="The file has no rows.")
    remedy = Text(zh="请检查导出的文件。", en="Check the export that made the file.")


class UnknownFormat(FileFault):
    """Neither CSV nor Excel nor Parquet."""

    code = "unknown_format"
    text = Text(zh="无法识别文件“{filename}”的格式。", en="The format of “{filename}” is not known.")
    remedy = Text(
        zh="请上传 CSV、Excel（xlsx、xls）或 Parquet 文件。", en="Bring a CSV, Excel (xlsx, xls) or Parquet file."
    )


class FileTooLarge(FileFault):
    """More bytes than allowed, also after unpacking."""

    code = "file_too_large"
    status = 413
    text = Text(zh="文件超过上限 {limit} MB。", en="The file is larger than the limit of {limit} MB.")
    remedy = Text(zh="请拆分文件，或改用 Parquet 格式。", en="Split the file, or use Parquet.")


class EncryptedFile(FileFault):
    """A workbook with a password."""

    code = "encrypted_file"
    text = Text(zh="工作簿已加密，无法读取。", en="The workbook is protected by a password.")
    remedy = Text(zh="请取消密码后重新上传。", en="Remove the password and bring it again.")


class CorruptFile(FileFault):
    """The bytes are not a whole file of its format."""

    code = "corrupt_file"
    text = Text(zh="文件已损坏或不是有效的 {format} 文件。", en="The file is damaged or not a valid {format} file.")
    remedy = Text(zh="请重新导出后上传。", en="Export it again.")


class BadEncoding(FileFault):
    """Bytes that are not text in the encoding."""

    code = "bad_encoding"
    text = Text(
        zh="第 {line} 行含有不属于 {encoding} 编码的字节。", en="Line {line} has bytes that are not {encoding} text."
    )
    remedy = Text(
        zh="请选择正确的编码（UTF-8、GB18030、UTF-16），或另存为 UTF-8。",
        en="Choose the right encoding (UTF-8, GB18030, UTF-16), or save the file as UTF-8.",
    )


class BinaryContent(FileFault):
    """NUL bytes in what should be text."""

    code = "binary_content"
    text = Text(
        zh="第 {line} 行含有空字节（NUL），不是文本文件。", en="Line {line} holds NUL bytes: this is not a text file."
    )
    remedy = Text(zh="请检查文件格式后重新导出。", en="Check the format and export it again.")


class NoSuchSheet(FileFault):
    """The workbook has no sheet of that name."""

    code = "no_such_sheet"
    text = Text(zh="工作簿中没有工作表“{sheet}”。", en="The workbook has no sheet “{sheet}”.")
    remedy = Text(zh="可选：{sheets}。", en="There are: {sheets}.")


class NamelessColumn(FileFault):
    """A column without a name in the header. `column` counts from 1."""

    code = "nameless_column"
    text = Text(zh="第 {column} 列没有列名。", en="Column {column} has no name.")
    remedy = Text(
        zh="请在标题行填写列名，或选择“无标题行”。", en="Name it in the header, or say that there is no header."
    )


class DuplicateColumn(FileFault):
    """Two columns of one name. Places count from 1."""

    code = "duplicate_column"
    text = Text(
        zh="列名“{column}”重复（第 {columns} 列）。",
        en="The column name “{column}” occurs more than once (columns {columns}).",
    )
    remedy = Text(zh="请为每列取不同的名称。", en="Give each column a name of its own.")


class RaggedRow(FileFault):
    """A row with more or fewer values than there are columns."""

    code = "ragged_row"
    text = Text(
        zh="第 {line} 行有 {actual} 个值，应为 {expected} 个。",
        en="Line {line} has {actual} values instead of {expected}.",
    )
    remedy = Text(
        zh="请检查分隔符与引号：含分隔符的值须加引号。",
        en="Check delimiter and quotes: a value that holds the delimiter must be quoted.",
    )


class BadQuote(FileFault):
    """A quotation mark that is never closed, or text after a closed one."""

    code = "bad_quote"
    text = Text(
        zh="从第 {line} 行开始的行，引号不成对。",
        en="The quotation marks of the row that begins in line {line} do not match.",
    )
    remedy = Text(
        zh="请补全引号；值内的引号须写成两个。",
        en="Close the quotation; a quotation mark inside a value is written twice.",
    )


class BadValue(FileFault):
    """A value that does not have the type chosen for its column."""

    code = "bad_value"
    text = Text(
        zh="第 {line} 行，列“{column}”，值“{value}”：{reason_zh}。",
        en="Line {line}, column “{column}”, value “{value}”: {reason_en}.",
    )
    remedy = Text(zh="请修正该值，或更改列的类型。", en="Mend the value, or change the type of the column.")


class KeyIsEmpty(FileFault):
    """A primary key column without a value."""

    code = "key_is_empty"
    text = Text(zh="第 {line} 行，主键列“{column}”为空。", en="Line {line}: the key column “{column}” is empty.")
    remedy = Text(zh="请补全该值，或更改主键。", en="Fill in the value, or choose another key.")


class KeyIsTaken(FileFault):
    """Two rows with one primary key; `first` is the line of the other, or None when it is in the table."""

    code = "key_is_taken"
    text = Text(
        zh="第 {line} 行的主键 {key} 与{where_zh}重复。", en="Line {line}: the key {key} is already used {where_en}."
    )
    remedy = Text(zh="请去除重复的行，或更改主键。", en="Remove the duplicate, or choose another key.")


class BadChoice(FileFault):
    """A column choice that does not fit the file or itself."""

    code = "bad_choice"
    text = Text(zh="{reason_zh}。", en="{reason_en}.")


class FileRefused(Faults):
    """Everything that is wrong with the rows of a file; nothing was loaded. `count` is the total."""

    code = "file_refused"
    text = Text(zh="文件中有 {count} 处错误，未加载任何数据。", en="The file has {count} faults; nothing was loaded.")
    remedy = Text(
        zh="请修正后重新上传；以下列出前 {listed} 处。",
        en="Mend them and bring it again; the first {listed} are listed.",
    )

    def __init__(self, faults: Sequence[MetrionError], total: int) -> None:
        self.faults = tuple(faults[:LISTED])
        MetrionError.__init__(self, count=total, listed=len(self.faults))
