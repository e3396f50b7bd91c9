# The factor denies after the primary's EAP-Success: the Reject carries EAP-Failure (RFC 3579 2.6).
methods eap

   0       request A alice - eap              -> check_password A
   10ms    password ok A 79=success           -> start_call A
   3s      factor denied A                    -> reject A 79=04090004; login reject denied 1

calls 1
