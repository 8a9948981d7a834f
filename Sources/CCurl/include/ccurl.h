/* libcurl for Swift: its headers, and the functions with a variable number of arguments as ones that Swift can call.
 * Only the target HTTP imports this. */
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value);

#endif
