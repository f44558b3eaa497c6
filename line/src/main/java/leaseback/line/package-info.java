/// What both ends of a line share of HTTP/2.
@NullMarked
package leaseback.line;

import org.jspecify.annotations.NullMarked;
